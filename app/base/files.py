"""Small files that must be whole: written so that after a crash there is the old text or the new one, never a half."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from zlib import crc32

from app.base.errors import ConfigError

TRIED_BYTES = 65_536  # about what a first start writes
SLOT_BYTES = 256


def write_whole(path: Path, text: str | bytes, mode: int = 0o600) -> None:
    """Replaces the file's content in one step, and returns when it is on disk. Missing folders are made.

    Raises:
        OSError: it could not be written; the file is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    # The new name is an entry of the folder, which is a file of its own to the disk.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def try_writing(folder: Path) -> None:
    """Writes and syncs a file without a name in the folder, or in the one that it would be made in; leaves nothing.

    Raises:
        OSError: nothing can be written there: no space, no permission, a read-only disk, no folder.
    """
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(TRIED_BYTES))
        file.flush()
        os.fsync(file.fileno())


def unusable(folder: Path, error: OSError) -> ConfigError:
    """The error to raise where a data folder cannot be used."""
    reason = "it is not a folder" if isinstance(error, FileExistsError | NotADirectoryError) else error.strerror
    return ConfigError(f"the data folder {folder} cannot be used: {reason}")


def read_kept(path: Path, remedy: str) -> str | None:
    """The text of a file that `write_whole` wrote, without blanks around it; None where there is no such file.

    Args:
        path: the file.
        remedy: what to do about an empty one, as a clause: it ends the error's sentence.

    Raises:
        ConfigError: it is empty, which no crash of ours leaves behind, or cannot be read.
    """
    try:
        text = path.read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {getattr(error, 'strerror', 'it is not text')}") from None
    if not text:
        raise ConfigError(f"{path} is empty; {remedy}")
    return text


class Note:
    """A text that is overwritten again and again, in place and without waiting for the disk; or one in each slot.

    It outlives every process; a crash of the machine may leave it old, or torn, and a torn one reads as none.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError where it cannot be written."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def write(self, text: str, slot: int = 0) -> None:
        """Raises OSError. Where there are more slots than the first, a text has some bytes less than SLOT_BYTES."""
        data = text.encode()
        os.pwrite(self._file, b"%08x %s\n" % (crc32(data), data), slot * SLOT_BYTES)

    def close(self) -> None:
        """Nothing more is written."""
        # Not to be written to again by its number, which may be another file's by then.
        os.close(self._file)
        self._file = -1

    @staticmethod
    def read(path: Path, slot: int | None = None) -> str | None:
        """The text without line breaks that was written last, in that slot; None where there is none, or a part of one.

        Without a slot it is that of a file that has no others.
        """
        # Somebody may be writing it just now.
        looks = (Note._text(Note._read(path, slot)) for _ in range(3))
        return next((text for text in looks if text is not None), None)

    @staticmethod
    def is_torn(path: Path, slot: int | None = None) -> bool:
        """Whether anything was written there, where `read` finds no text."""
        # A slot that is empty, before one that is not, has zeros.
        return bool(Note._read(path, slot).strip(b"\0"))

    @staticmethod
    def _read(path: Path, slot: int | None) -> bytes:
        """What is there up to the next line break: what is behind it is left of a longer one."""
        try:
            with path.open("rb") as file:
                file.seek((slot or 0) * SLOT_BYTES)
                return file.readline(-1 if slot is None else SLOT_BYTES).removesuffix(b"\n")
        except OSError:
            return b""

    @staticmethod
    def _text(found: bytes) -> str | None:
        crc, _, data = found.partition(b" ")
        try:
            return data.decode() if crc == b"%08x" % crc32(data) else None
        except UnicodeDecodeError:
            return None
