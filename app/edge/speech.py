"""Words read out: a voice made by espeak-ng where it is installed, one process at a time."""

from __future__ import annotations

import asyncio
import shutil
from collections import OrderedDict

from app.base.errors import ConfigError, Refusal

PROGRAM = "espeak-ng"
MADE_IN_S = 5.0
WAITING_MAX = 8
KEPT_MAX, BYTES_MAX = 32, 2_000_000
WORDS_A_MINUTE = "155"
# A WAVE file's head; the program writes to a pipe and cannot know the sizes that stand in it.
HEAD = 44


class Speech:
    """The voice of one worker.

    Args:
        mode: 'off', 'espeak-ng', or 'auto' for espeak-ng where it is.

    Raises:
        ConfigError: it is not installed.
    """

    def __init__(self, mode: str) -> None:
        self._program = None if mode == "off" else shutil.which(PROGRAM)
        if mode == PROGRAM and self._program is None:
            raise ConfigError(f"FANFARE_TTS: {PROGRAM} is not installed; 'auto' does without it")
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._one = asyncio.Lock()
        self._waiting = 0

    @property
    def available(self) -> bool:
        """Whether there is a voice."""
        return self._program is not None

    async def wave(self, text: str, voice: str) -> bytes:
        """The words as a WAVE file.

        Raises:
            Refusal: `voice_off`, `overloaded`, or `unavailable` where none was made in time.
        """
        if self._program is None:
            raise Refusal("voice_off")
        known = self._kept.get((text, voice))
        if known is None:
            if self._waiting >= WAITING_MAX:
                raise Refusal("overloaded")
            self._waiting += 1
            try:
                async with self._one:
                    known = self._kept.get((text, voice)) or await _make(self._program, text, voice)
            finally:
                self._waiting -= 1
            self._kept[text, voice] = known
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        self._kept.move_to_end((text, voice))
        return known


async def _make(program: str, text: str, voice: str) -> bytes:
    pipe = asyncio.subprocess.PIPE
    # The words come by stdin: none of them is taken for an option.
    argv = (program, "-v", voice, "-s", WORDS_A_MINUTE, "-b", "1", "--stdin", "--stdout")
    process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(MADE_IN_S):
            made, _ = await process.communicate(text.encode())
    except TimeoutError:
        made = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not HEAD < len(made) <= BYTES_MAX or made[:4] != b"RIFF":
        raise Refusal("unavailable", "The voice could not be made.")
    whole, data = ((len(made) - before).to_bytes(4, "little") for before in (8, HEAD))
    return made[:4] + whole + made[8:40] + data + made[HEAD:]
