"""Words read out by espeak-ng."""

from __future__ import annotations

import asyncio
import io
import shutil
import wave
from pathlib import Path

import pytest

from app.base.errors import ConfigError, Refusal
from app.edge import speech
from app.edge.speech import WAITING_MAX, Speech

NEEDS_VOICE = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed: apt install it")
# Writes a file of sound that says which process made it, after a moment; and never two at one time.
PROGRAM = """#!/bin/sh
cd "$(dirname "$0")"
mkdir busy || exit 1
cat > said
sleep 0.05
rmdir busy
echo made >> made
printf 'RIFF....WAVEfmt .....................................'
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the voice's place; the folder where it keeps what it did."""
    program = tmp_path / "espeak-ng"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(program))
    return tmp_path


@NEEDS_VOICE
async def test_a_voice_speaks() -> None:
    """Words, also such as look like options, become a second or more of sound that is not silence."""
    made = await Speech("auto").wave("--help is not an option, good evening everyone", "en")
    with wave.open(io.BytesIO(made)) as sound:
        frames = sound.readframes(sound.getnframes())
        assert sound.getnframes() > sound.getframerate()
    assert len(set(frames)) > 50


async def test_one_process_makes_each_once(fake: Path) -> None:
    """One process at a time, each text once for all who ask, and no more wait than a few."""
    voice = Speech("auto")
    wanted = 3 * [("hi", "en"), ("ho", "es")]
    same = await asyncio.gather(*(voice.wave(*one) for one in wanted))
    assert ["made", "made"] == (fake / "made").read_text().split()
    assert len(same[0]) == 53
    assert (53 - 8, 53 - 44) == tuple(int.from_bytes(same[0][i : i + 4], "little") for i in (4, 40))
    many = (voice.wave(str(i), "en") for i in range(WAITING_MAX + 1))
    answers = await asyncio.gather(*many, return_exceptions=True)
    assert ["overloaded"] == [answer.slug for answer in answers if isinstance(answer, Refusal)]


async def test_what_makes_no_sound_is_said(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that takes too long is ended, one that fails is no voice, and where there is none nothing is tried."""
    (fake / "espeak-ng").write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(speech, "MADE_IN_S", 0.1)
    with pytest.raises(Refusal, match="unavailable"):
        await Speech("auto").wave("hi", "en")
    (fake / "espeak-ng").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(Refusal, match="unavailable"):
        await Speech("auto").wave("hi", "en")
    with pytest.raises(Refusal, match="voice_off"):
        await Speech("off").wave("hi", "en")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert not Speech("auto").available
    with pytest.raises(ConfigError, match="FANFARE_TTS"):
        Speech("espeak-ng")
