"""The sounds, rendered offline and measured."""

from __future__ import annotations

from typing import Any

from ..conftest import Page

RENDER = """
    const { Sounds, CEILING, VOICES_MAX } = await load('art/sound');
    const render = async (play, seconds = 2) => {
        const context = new OfflineAudioContext(1, 16000 * seconds, 16000);
        const sounds = new Sounds({ volume: 1, context });
        const result = play(sounds);
        const heard = (await context.startRendering()).getChannelData(0);
        let peak = 0;
        for (const sample of heard) peak = Math.max(peak, Math.abs(sample));
        return [result, peak, heard];
    };
"""


def test_every_gift_is_heard(modules: Page, catalogue: list[dict[str, Any]]) -> None:
    """Each gift makes a sound, and none is louder than -14 dBFS."""
    peaks, ceiling = modules.run(
        RENDER
        + """
        const peaks = [];
        for (const sound of argument) peaks.push((await render((sounds) => sounds.play(sound), 5))[1]);
        return [peaks, CEILING];
        """,
        sorted({gift["sound"] for gift in catalogue}),
    )

    assert ceiling < 0.2
    assert all(0.02 < peak <= ceiling for peak in peaks)


def test_ceiling_together(modules: Page) -> None:
    """Forty gifts at once are at most six voices and stay under the ceiling."""
    voices, bound, peak, ceiling = modules.run(
        RENDER
        + """
        const [voices, peak] = await render((sounds) => {
            const gifts = ['rocket', 'lion', 'rose', 'castle'];
            for (let i = 0; i < 40; i += 1) sounds.play(gifts[i % 4], { streakCount: i });
            return sounds.voices;
        }, 4);
        return [voices, VOICES_MAX, peak, CEILING];
        """
    )

    assert voices <= bound == 6
    assert 0.02 < peak <= ceiling


def test_streak_climbs(modules: Page) -> None:
    """A growing streak climbs the scale, within one scale and without leaving it for the sky."""
    pitches = modules.run(
        """
        const { TUNES, pitch } = await load('art/tunes');
        const first = (climb) => {
            let hz = 0;
            TUNES.get('pluck')({ tone(note) { hz ||= note.hz; }, hiss() {} }, climb);
            return hz;
        };
        return [[0, 1, 2, 3, 4].map(first), first(500), pitch(20)];
        """
    )

    climbing, endless, top = pitches

    assert sorted(climbing) == climbing
    assert len(set(climbing)) == 5
    assert endless < top


def test_no_tone_is_too_high(page: Page) -> None:
    """However long the streak, no overtone is asked for that the machine cannot sound."""
    said: list[str] = []
    page.call(lambda opened: opened.on("console", lambda message: said.append(message.text)))

    page.run(RENDER + "await render((sounds) => sounds.play('spark', { streakCount: 9999 }));")

    assert [] == said


def test_muted(modules: Page) -> None:
    """Muted, and before anything was unlocked, nothing is heard and nothing fails."""
    locked, muted, peak = modules.run(
        RENDER
        + """
        const locked = new Sounds().play('rose');
        const [muted, peak] = await render((sounds) => { sounds.setMuted(true); return sounds.play('rose'); }, 1);
        return [locked, muted, peak];
        """
    )

    assert not locked
    assert not muted
    assert 0 == peak
