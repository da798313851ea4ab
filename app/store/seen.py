"""What was seen of a ledger and its rooms, kept in the data folder: it tells when a store comes back with less.

Each worker writes files of its own and reads everybody's. They are small, of a bounded size, and never waited for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import msgspec

from app.base.files import Note, unusable
from app.base.log import Throttle
from app.rules.standing import Mark

FOLDER = "seen"
# Of the rooms where most lately something happened.
ROOMS_MAX = 500

log = logging.getLogger(__name__)
throttle = Throttle(log)

RoomsSeen = dict[str, tuple[str, int]]
"""Room -> its epoch, and the last offset that was seen."""


def marks_seen(data: Path, epoch: str, partition: int = 0) -> Mark:
    """The latest mark of a partition of that ledger that any process has kept in the data folder."""
    marks = [Mark()]
    for text in _texts(data, "ledger", partition):
        whose, _, mark = text.partition(" ")
        if whose == epoch:
            marks.append(Mark.read(mark))
    return max(marks)


def rooms_seen(data: Path) -> RoomsSeen:
    """The rooms that any process has kept in the data folder, each as far as it was seen."""
    found: RoomsSeen = {}
    for text in _texts(data, "rooms"):
        for room, (epoch, offset) in msgspec.json.decode(text, type=RoomsSeen).items():
            known = found.get(room)
            # Of several epochs the last one read stays: the others cannot be told apart by their age.
            if known is None or known[0] != epoch or known[1] < offset:
                found[room] = epoch, offset
    return found


def _texts(data: Path, kind: str, slot: int | None = None) -> Iterator[str]:
    for path in sorted((data / FOLDER).glob(f"*.{kind}")):
        text = Note.read(path, slot)
        if text is not None:
            yield text
        elif Note.is_torn(path, slot):
            throttle.say(logging.WARNING, path.name, "%s was torn by a crash; what it said is not known any more", path)


class Seen:
    """What one process has seen. `writer` names its files."""

    def __init__(self, data: Path, epoch: str, writer: str) -> None:
        """Raises ConfigError where the data folder cannot be written."""
        self._data = data
        self._epoch = epoch
        self._rooms = rooms_seen(data)
        try:
            self._mark_note = Note(data / FOLDER / f"{writer}.ledger")
            self._rooms_note = Note(data / FOLDER / f"{writer}.rooms")
        except OSError as error:
            raise unusable(data, error) from None

    def mark(self, partition: int = 0) -> Mark:
        """The latest mark of a partition that any process has kept."""
        return marks_seen(self._data, self._epoch, partition)

    def note_mark(self, mark: Mark, partition: int = 0) -> None:
        """Keeps it."""
        self._write(self._mark_note, f"{self._epoch} {mark}", partition)

    def room(self, room: str) -> tuple[str, int] | None:
        """A room's epoch and the last offset that was seen; None where nothing is known of it."""
        return self._rooms.get(room)

    def note_rooms(self, rooms: RoomsSeen) -> None:
        """Keeps how far these rooms were seen."""
        known = self._rooms
        moved = {room: place for room, place in rooms.items() if known.get(room) != place}
        for room, place in moved.items():
            known.pop(room, None)
            known[room] = place
        while len(known) > ROOMS_MAX:
            del known[next(iter(known))]
        if moved:
            self._write(self._rooms_note, msgspec.json.encode(known).decode())

    def close(self) -> None:
        """Nothing more is kept."""
        self._mark_note.close()
        self._rooms_note.close()

    def _write(self, note: Note, text: str, slot: int = 0) -> None:
        try:
            note.write(text, slot)
        except OSError as error:
            # Gifts do not wait for this disk.
            throttle.say(logging.WARNING, "write", "what was seen of the ledger cannot be kept: %s", error)
