from __future__ import annotations

import os
import stat
from io import BytesIO
from pathlib import Path

import pytest

from app.base.errors import ConfigError
from app.base.files import Note, read_kept, try_writing, unusable, write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """The new text replaces the old one, only its owner can read it, and nothing else is left in the folder."""
    path = tmp_path / "made" / "a.txt"
    write_whole(path, "first and longer")
    write_whole(path, b"second")

    assert ("second", 0o600) == (path.read_text(), stat.S_IMODE(path.stat().st_mode))
    assert [path] == list(path.parent.iterdir())


def test_text_and_name_are_on_disk_before_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is synced before it gets its name, and the folder after that."""
    synced: list[tuple[str, list[str]]] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file"
        synced.append((kind, [path.name for path in tmp_path.glob("*.txt")]))
        real(fd)

    monkeypatch.setattr("app.base.files.os.fsync", fsync)
    write_whole(tmp_path / "a.txt", "whole")

    assert [("file", []), ("folder", ["a.txt"])] == synced


def test_a_failed_write_leaves_the_old_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk refuses the new text, the old one stays and no part of the new one lies about."""
    path = tmp_path / "a.txt"
    write_whole(path, "old")

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.base.files.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")

    assert ("old", [path]) == (path.read_text(), list(tmp_path.iterdir()))


def test_a_kept_text_comes_without_blanks(tmp_path: Path) -> None:
    """An editor's newline at the end does not count; a missing file is None."""
    path = tmp_path / "a.txt"
    missing = read_kept(path, "")
    path.write_text("kept\n")

    assert (None, "kept") == (missing, read_kept(path, ""))


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_an_empty_file_is_said_with_its_remedy(content: bytes, tmp_path: Path) -> None:
    """An empty file is an error that names it and says what to do."""
    (tmp_path / "a.txt").write_bytes(content)

    with pytest.raises(ConfigError, match=r"a\.txt is empty; write it anew"):
        read_kept(tmp_path / "a.txt", "write it anew")


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A folder in its place, or bytes that are no text, are a sentence with the file's name."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match="binary cannot be read: it is not text"):
        read_kept(tmp_path / "binary", "")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_kept(tmp_path, "")


def test_trying_leaves_nothing(tmp_path: Path) -> None:
    """A folder is tried, or the one that it would be made in, and nothing is left or made."""
    try_writing(tmp_path)
    try_writing(tmp_path / "not" / "yet")

    assert [] == list(tmp_path.iterdir())


def test_trying_a_file_fails(tmp_path: Path) -> None:
    """A file in place of the folder is no place to write, and is said to be no folder."""
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError) as caught:
        try_writing(tmp_path / "file" / "d")

    assert "the data folder d cannot be used: it is not a folder" == str(unusable(Path("d"), caught.value))


def test_a_note_is_read_as_it_was_written_last(tmp_path: Path) -> None:
    """Longer or shorter than before: what was written last is read, by others too, while it is written to."""
    path = tmp_path / "new" / "n"
    note = Note(path)
    read = [Note.read(path)]
    for text in ("first", "a longer one, ü", "", "short"):
        note.write(text)
        read.append(Note.read(path))
    note.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        note.write("too late")

    assert [None, "first", "a longer one, ü", "", "short"] == read
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_torn_note_reads_as_none(tmp_path: Path) -> None:
    """A note of which a part is missing or changed is none, and neither is a file of another kind."""
    note = Note(tmp_path / "n")
    note.write("12 entries")
    whole = (tmp_path / "n").read_bytes()
    for torn in (whole[:-3], b"", whole.replace(b"2", b"3"), b"\xff\xfe", b"12 entries\n"):
        (tmp_path / "n").write_bytes(torn)
        assert Note.read(tmp_path / "n") is None
    note.close()
    assert Note.read(tmp_path / "none") is None


def test_a_note_that_is_not_torn_at_the_second_look_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads while it is being written looks again."""
    note = Note(tmp_path / "n")
    note.write("x")
    note.close()
    looks = iter([b"00000000 x\n", (tmp_path / "n").read_bytes()])
    monkeypatch.setattr(Path, "open", lambda *_: BytesIO(next(looks)))

    assert "x" == Note.read(tmp_path / "n")


def test_each_slot_has_a_text_of_its_own(tmp_path: Path) -> None:
    """Texts lie in slots of one file; those between that were never written are none, and not torn."""
    path = tmp_path / "n"
    note = Note(path)
    note.write("third", 3)
    note.write("first", 0)
    note.write("third again", 3)
    note.close()

    assert ["first", None, None, "third again", None] == [Note.read(path, slot) for slot in range(5)]
    assert not any(Note.is_torn(path, slot) for slot in (1, 2, 4))
    path.write_bytes(path.read_bytes().replace(b"again", b"gaina"))
    assert Note.read(path, 3) is None
    assert Note.is_torn(path, 3)
