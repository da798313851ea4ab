"""What plays on the canvas, each gift from its first frame to its last, with time driven by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ..conftest import ROOT, Page
from .conftest import Performances

CATALOGUE: list[dict[str, Any]] = json.loads((ROOT / "app/rules/data/catalogue.json").read_text())["gifts"]
SCENES = [gift["id"] for gift in CATALOGUE if gift["tier"] == "scene"]
FLOATS = [gift["id"] for gift in CATALOGUE if gift["tier"] == "float"]
BANNERS = [gift["id"] for gift in CATALOGUE if gift["tier"] == "banner"]
PARTICLES_MAX = 2400
# WCAG 2.3.1: a change of a tenth of the full brightness, there and back, is a flash.
FLASH = 0.1

PICTURE = """
    const { Stage } = await load('art/engine');
    const { recipeOf } = await load('art/recipes');
    const pictureOf = async (giftId, seed, share, at) => {
        const canvas = document.createElement('canvas');
        canvas.style.cssText = 'width:200px;height:120px;position:absolute';
        document.body.append(canvas);
        const stage = new Stage(canvas, { manual: true, share });
        stage.play({ giftId, seed, sender: { name: 'Ana' } });
        await stage.ready();
        stage.frame(0);
        stage.frame((await recipeOf({ giftId })).durationS * 1000 * at);
        const bytes = stage.ctx.getImageData(0, 0, canvas.width, canvas.height).data;
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).join();
        stage.destroy();
        canvas.remove();
        return hash;
    };
"""


@pytest.mark.parametrize("gift", [*FLOATS, *BANNERS, *SCENES, "no_such_gift"])
def test_plays_to_its_end(performances: Performances, gift: str) -> None:
    """A gift plays as long as its recipe says, is seen, ends, and leaves the canvas and the pool empty."""
    seen = performances.of(gift)

    assert seen["ended"]
    assert seen["seconds"] == pytest.approx(seen["played_s"], abs=0.11)
    assert max(seen["lights"]) > 0.0005
    assert 0 == seen["left"]
    assert 0 == seen["kept"]


@pytest.mark.parametrize("gift", SCENES)
def test_scene_length(performances: Performances, gift: str) -> None:
    """A scene is 6 to 12 seconds long."""
    assert 6 <= performances.of(gift)["seconds"] <= 12


@pytest.mark.parametrize("gift", [*FLOATS, *BANNERS, *SCENES])
def test_particles_bound(performances: Performances, gift: str) -> None:
    """No gift alone uses the pool up, so that none of its particles is lost."""
    assert performances.of(gift)["particles"] < PARTICLES_MAX * 0.75


@pytest.mark.parametrize("gift", [*BANNERS, *SCENES])
def test_leaves_the_streamer(performances: Performances, gift: str) -> None:
    """The middle third of the upper half is mostly free for at least 60 % of the time."""
    centre = performances.of(gift)["centre"]

    covered = sum(share > 0.25 for share in centre) / len(centre)

    assert covered <= 0.4


@pytest.mark.parametrize("gift", [*BANNERS, *SCENES])
def test_flashes(performances: Performances, gift: str) -> None:
    """In no second does the whole picture flash more than three times, not even at the fastest pace."""
    seen = performances.of(gift)
    lights, second = seen["lights"], round(seen["pace_max"] / seen["step_s"])
    turns = []
    low = high = lights[0]
    rising = False
    for frame, light in enumerate(lights):
        low, high = min(low, light), max(high, light)
        if not rising and light - low >= FLASH:
            rising, high = True, light
            turns.append(frame)
        elif rising and high - light >= FLASH:
            rising, low = False, light

    assert all(sum(frame <= other < frame + second for other in turns) <= 3 for frame in turns)


@pytest.mark.parametrize("gift", ["crown", "firework", "galaxy", "castle", "universe"])
def test_seed(modules: Page, gift: str) -> None:
    """The same seed gives the same picture, another seed another."""
    one, same, other = modules.run(
        PICTURE
        + """
        const pictures = [];
        for (const seed of ['a', 'a', 'b']) pictures.push(await pictureOf(argument, seed, 1, 0.45));
        return pictures;
        """,
        gift,
    )

    assert one == same
    assert one != other


def test_budget_thins(modules: Page) -> None:
    """With a smaller budget the same moment has fewer particles."""
    full, thin = modules.run(
        PICTURE + "return [await pictureOf('firework', 'a', 1, .5), await pictureOf('firework', 'a', 0.3, .5)];"
    )

    assert full != thin


def test_catalogue_agrees(modules: Page) -> None:
    """Each gift's recipe and sound in the catalogue exist, and its id alone leads to the same ones."""
    found = modules.run(
        """
        const { recipeName } = await load('art/recipes');
        const { TUNES, SOUND_OF } = await load('art/tunes');
        const { hopOf } = await load('ui/hops');
        const drawn = ({ id, tier, animation }) => (tier === 'ribbon'
          ? hopOf({ id, animation }) !== hopOf({ id: 'unknown' })
          : recipeName({ giftId: id, animation }) === animation && recipeName({ giftId: id }) === animation);
        const heard = ({ id, sound }) => TUNES.has(sound) && SOUND_OF.get(id) === sound;
        return argument.filter((gift) => !drawn(gift) || !heard(gift)).map((gift) => gift.id);
        """,
        CATALOGUE,
    )

    assert [] == found
    assert 34 == len(CATALOGUE)
