from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.errors import ConfigError
from app.base.log import Throttle
from app.rules.standing import Mark
from app.store import seen as module
from app.store.seen import FOLDER, ROOMS_MAX, Seen, marks_seen, rooms_seen


@pytest.fixture(autouse=True)
def throttle(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests have logged counts for nothing."""
    monkeypatch.setattr(module, "throttle", Throttle(module.log))


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Seen]:
    """What the first worker has seen."""
    seen = Seen(tmp_path, "e", "0")
    yield seen
    seen.close()


def test_everybody_knows_the_latest_mark(tmp_path: Path, seen: Seen) -> None:
    """The latest mark of all writers counts, for those who come later too; of another ledger nothing does."""
    other = Seen(tmp_path, "e", "1")
    foreign = Seen(tmp_path, "f", "2")
    assert Mark() == seen.mark()
    seen.note_mark(Mark(0, 7, "aa", "1-0"))
    other.note_mark(Mark(0, 9, "bb", "2-0"))
    foreign.note_mark(Mark(0, 99, "cc", "3-0"))

    assert Mark(0, 9, "bb", "2-0") == seen.mark() == other.mark() == marks_seen(tmp_path, "e")
    other.note_mark(Mark(1, 3, "dd", "2-0"))
    assert Mark(1, 3, "dd", "2-0") == seen.mark()
    assert Mark(0, 99, "cc", "3-0") == marks_seen(tmp_path, "f")
    other.close()
    foreign.close()


def test_each_partition_has_marks_of_its_own(tmp_path: Path, seen: Seen) -> None:
    """What was seen of one partition says nothing of another, whoever has seen it."""
    other = Seen(tmp_path, "e", "1")
    seen.note_mark(Mark(0, 7, "a" * 40, "1790000000000-0"), 3)
    other.note_mark(Mark(0, 5, "b" * 40, "1790000000000-0"), 3)
    other.note_mark(Mark(2, 1, "c" * 40, "1790000000000-0"))
    other.close()

    assert [2, 0, 0, 0, 0] == [seen.mark(k).term for k in range(5)]
    assert [1, 0, 0, 7, 0] == [marks_seen(tmp_path, "e", k).n for k in range(5)]


def test_rooms_are_known_as_far_as_they_were_seen(tmp_path: Path, seen: Seen) -> None:
    """The next process knows each room's epoch and offset, the farthest of all writers'."""
    other = Seen(tmp_path, "e", "1")
    seen.note_rooms({"a": ("x.0", 5), "b": ("y.0", 2)})
    other.note_rooms({"a": ("x.0", 4), "c": ("z.1", 9)})
    other.close()
    later = Seen(tmp_path, "e", "0")

    assert {"a": ("x.0", 5), "b": ("y.0", 2), "c": ("z.1", 9)} == rooms_seen(tmp_path)
    assert ("x.0", 5) == later.room("a")
    assert later.room("d") is None
    later.note_rooms({"b": ("y.1", 1)})
    assert ("y.1", 1) == later.room("b")
    assert ("z.1", 9) == rooms_seen(tmp_path)["c"]
    later.close()


def test_the_files_stay_small(tmp_path: Path, seen: Seen) -> None:
    """Of many rooms those are kept where something happened last; nothing is written where nothing did."""
    for i in range(3 * ROOMS_MAX):
        seen.note_rooms({f"room-{i:058}": ("0123456789ab.12345", 10**9)})
    path = tmp_path / FOLDER / "0.rooms"
    written = path.stat().st_mtime_ns
    seen.note_rooms({f"room-{3 * ROOMS_MAX - 1:058}": ("0123456789ab.12345", 10**9)})

    assert ROOMS_MAX == len(rooms_seen(tmp_path))
    assert seen.room(f"room-{0:058}") is None
    assert path.stat().st_size < 64 * 1024
    assert written == path.stat().st_mtime_ns


def test_a_torn_file_is_said_and_counts_for_nothing(
    tmp_path: Path, seen: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    """What a crash has left of a file is not taken for what was seen; an empty one is one that was just made."""
    seen.note_mark(Mark(0, 7, "aa", "1-0"))
    (tmp_path / FOLDER / "1.ledger").write_bytes(b"0000")
    (tmp_path / FOLDER / "2.ledger").touch()

    assert Mark(0, 7, "aa", "1-0") == marks_seen(tmp_path, "e")
    assert ["1.ledger was torn"] == [line[line.index("1.ledger") :][:17] for line in caplog.messages]


def test_a_disk_that_takes_nothing_stops_nothing(
    seen: Seen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Gifts go on where what was seen cannot be kept, and that is one line of the log."""

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with caplog.at_level(logging.WARNING):
        for n in range(5):
            seen.note_mark(Mark(0, n, "aa", "1-0"))

    assert ["what was seen of the ledger cannot be kept: [Errno 28] No space left on device"] == caplog.messages


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    """A data folder that takes no file is refused at the start."""
    (tmp_path / FOLDER).write_text("a file in the way")
    with pytest.raises(ConfigError, match="cannot be used"):
        Seen(tmp_path, "e", "0")
