"""The stage: one canvas, one loop, time from outside."""

from __future__ import annotations

from ..conftest import Page

STAGE = """
    const { Stage } = await load('art/engine');
    const canvas = document.createElement('canvas');
    canvas.style.cssText = 'width:240px;height:135px;position:absolute';
    document.body.append(canvas);
    const open = (options) => new Stage(canvas, { manual: true, share: 1, ...options });
    const read = () => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const ink = () => read().reduce((sum, value) => sum + value, 0);
    const gift = { giftId: 'crown', sender: { name: 'Ana' }, quantity: 2, count: 2, seed: 1 };
"""


def test_reduced_motion(modules: Page) -> None:
    """With reduced motion a still card fades in, stands without moving, fades out, and uses no particles."""
    particles, shown, moved, after = modules.run(
        STAGE
        + """
        const stage = open({ motion: 'reduce' });
        stage.play({ ...gift, giftId: 'galaxy' });
        await stage.ready();
        let particles = 0;
        const pictures = [];
        for (let now = 0; now <= 4000; now += 100) {
            stage.frame(now);
            particles = Math.max(particles, stage.pool.taken);
            if (now >= 800 && now <= 3200) pictures.push(ink());
        }
        const after = ink();
        stage.destroy();
        return [particles, pictures[0], new Set(pictures).size, after];
        """
    )

    assert 0 == particles
    assert shown > 0
    assert 1 == moved
    assert 0 == after


def test_reduced_motion_small_gifts(modules: Page) -> None:
    """With reduced motion a small gift takes no card away from one that is being read."""
    busy = modules.run(
        STAGE
        + """
        const stage = open({ motion: 'reduce' });
        stage.play({ ...gift, giftId: 'lion' });
        await stage.play(gift);
        const busy = stage.busy;
        stage.destroy();
        return busy;
        """
    )

    assert busy


def test_pace(modules: Page) -> None:
    """At twice the pace the same picture comes after half the time, and the end as well."""
    usual, quick, over = modules.run(
        STAGE
        + """
        const at = async (ms, pace) => {
            const stage = open();
            stage.play({ ...gift, giftId: 'lion', pace });
            await stage.ready();
            stage.frame(0);
            stage.frame(ms);
            const result = stage.busy && ink();
            stage.destroy();
            return result;
        };
        return [await at(4000), await at(2000, 2), await at(4500, 2)];
        """
    )

    assert usual == quick > 0
    assert over is False


def test_words_stay_above_the_pages_own(modules: Page) -> None:
    """What a scene writes stands above what the page says at its lower edge."""
    above, below = modules.run(
        STAGE
        + """
        Object.assign(canvas.style, { width: '120px', height: '200px' });
        const pictures = [];
        for (const sender of [{ name: 'Ana' }, { name: null }]) {
            const stage = open({ foot: () => 40 });
            stage.play({ ...gift, giftId: 'lion', sender });
            await stage.ready();
            stage.frame(0);
            stage.frame(5400);
            pictures.push(read());
            stage.destroy();
        }
        Object.assign(canvas.style, { width: '240px', height: '135px' });
        const [named, nameless] = pictures;
        const rows = [...named.keys()].filter((i) => named[i] !== nameless[i]).map((i) => Math.floor(i / 480));
        return [rows.filter((row) => row < 160).length, rows.filter((row) => row >= 160).length];
        """
    )

    assert above > 0
    assert 0 == below


def test_pause(modules: Page) -> None:
    """While it is held the picture stands still, and it goes on where it was."""
    held, on = modules.run(
        STAGE
        + """
        const stage = open();
        stage.play({ ...gift, giftId: 'unicorn' });
        await stage.ready();
        stage.frame(0);
        stage.frame(2000);
        const before = ink();
        stage.pause();
        stage.frame(9000);
        const held = before === ink();
        stage.resume();
        stage.frame(60000);
        const same = before === ink();
        stage.frame(60500);
        const result = [held && same, stage.busy && before !== ink()];
        stage.destroy();
        return result;
        """
    )

    assert held
    assert on


def test_clear(modules: Page) -> None:
    """Clearing ends all that plays, resolves its promises, and gives every particle back."""
    left, kept, busy = modules.run(
        STAGE
        + """
        const stage = open();
        const plays = [stage.play(gift), stage.play({ ...gift, giftId: 'castle' })];
        await stage.ready();
        stage.frame(0);
        stage.frame(1500);
        stage.clear();
        await Promise.all(plays);
        const result = [ink(), stage.pool.taken, stage.busy];
        stage.destroy();
        return result;
        """
    )

    assert (0, 0, False) == (left, kept, busy)


def test_pool_is_bounded(modules: Page) -> None:
    """However many gifts play at once, there are never more particles than the pool holds, and all come back."""
    most, bound, kept = modules.run(
        STAGE
        + """
        const { PARTICLES_MAX } = await load('art/particles');
        const stage = open();
        for (let i = 0; i < 12; i += 1) stage.play({ ...gift, giftId: 'meteor_shower', seed: i });
        await stage.ready();
        stage.frame(0);
        stage.frame(4200);
        const most = stage.pool.taken;
        stage.clear();
        const result = [most, PARTICLES_MAX, stage.pool.taken];
        stage.destroy();
        return result;
        """
    )

    assert bound == most
    assert 0 == kept


def test_acts_are_bounded(modules: Page) -> None:
    """A stage that is given gifts without end keeps a few and lets the others go at once."""
    kept = modules.run(
        STAGE
        + """
        const stage = open();
        let gone = 0;
        for (let i = 0; i < 200; i += 1) stage.play(gift).then(() => { gone += 1; });
        await stage.ready();
        const kept = 200 - gone;
        stage.destroy();
        return kept;
        """
    )

    assert 24 == kept


def test_flashes_together(modules: Page) -> None:
    """The flashes of all scenes on screen together pass through one governor."""
    asked, allowed = modules.run(
        STAGE
        + """
        const { FlashGovernor } = await load('art/flash');
        const answers = [];
        class Watched extends FlashGovernor { allow(now) { answers.push(super.allow(now)); return answers.at(-1); } }
        const stage = open({ governor: new Watched() });
        for (let i = 0; i < 6; i += 1) stage.play({ ...gift, giftId: 'meteor_shower', seed: i });
        await stage.ready();
        for (let now = 0; now < 5000; now += 50) stage.frame(now);
        stage.destroy();
        return [answers.length, answers.filter(Boolean).length];
        """
    )

    assert 6 == asked
    assert 3 == allowed


def test_resize(modules: Page) -> None:
    """A canvas that changes its size while a scene plays goes on at the same moment, in the new size."""
    width, busy, shown = modules.run(
        STAGE
        + """
        const stage = open();
        stage.play({ ...gift, giftId: 'luxury_yacht' });
        await stage.ready();
        stage.frame(0);
        stage.frame(4000);
        canvas.style.width = '120px';
        canvas.style.height = '200px';
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        stage.frame(4050);
        const result = [stage.width, stage.busy, ink()];
        stage.destroy();
        return result;
        """
    )

    assert 120 == width
    assert busy
    assert shown > 0


def test_loop(modules: Page) -> None:
    """The loop runs by itself while something plays, and rests when it has ended."""
    ended, frames_after = modules.run(
        STAGE
        + """
        const stage = new Stage(canvas);
        await stage.play({ ...gift, pace: 4 });
        let frames = 0;
        stage.frame = () => { frames += 1; };
        await new Promise((resolve) => setTimeout(resolve, 80));
        const result = [!stage.busy, frames];
        stage.destroy();
        return result;
        """
    )

    assert ended
    assert 0 == frames_after


def test_names_are_text(modules: Page) -> None:
    """Any name can be drawn: none, markup, forty letters, right to left, and what no font has."""
    finished = modules.run(
        STAGE
        + """
        const names = [null, '', '<img src=x onerror=alert(1)>', 'W'.repeat(40), 'مرحبا', '🦁👑', '\\u202Eabc'];
        for (const name of names) {
            for (const giftId of ['galaxy', 'universe', 'luxury_yacht', 'hot_air_balloon']) {
                const stage = open();
                const played = stage.play({ giftId, sender: { name }, seed: 1 });
                await stage.ready();
                for (const now of [0, 3000, 6500, 20000]) stage.frame(now);
                await played;
                stage.destroy();
            }
        }
        return names.length;
        """
    )

    assert 7 == finished


def test_start_side(modules: Page) -> None:
    """An icon floats up the edge where people begin to read: the left one, or the right one."""
    left, right = modules.run(
        STAGE
        + """
        const middle = async (dir) => {
            canvas.dir = dir;
            const stage = open();
            stage.play(gift);
            await stage.ready();
            stage.frame(0);
            stage.frame(1000);
            const data = read();
            let sum = 0;
            let weight = 0;
            for (let i = 3; i < data.length; i += 4) {
                weight += data[i];
                sum += data[i] * (((i - 3) / 4) % canvas.width);
            }
            stage.destroy();
            return sum / weight / canvas.width;
        };
        return [await middle('ltr'), await middle('rtl')];
        """
    )

    assert left < 0.25
    assert right > 0.75


def test_broken_recipe(page: Page) -> None:
    """A gift whose drawing fails is reported and counts as played; the others go on."""
    reported, busy = page.run(
        STAGE
        + """
        const reported = [];
        addEventListener('error', (event) => { reported.push(event.message); event.preventDefault(); });
        const stage = open();
        const onlookers = { slice() { throw new Error('no onlookers'); } };
        const broken = stage.play({ ...gift, onlookers, giftId: 'universe' });
        stage.play({ ...gift, giftId: 'lion' });
        await stage.ready();
        await broken;
        stage.frame(0);
        stage.frame(500);
        const result = [reported, stage.busy];
        stage.destroy();
        return result;
        """
    )

    assert ["Uncaught Error: no onlookers"] == reported
    assert busy
