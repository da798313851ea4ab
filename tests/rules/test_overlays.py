from __future__ import annotations

from typing import Any

import pytest

from app.base.errors import Refusal
from app.rules import catalogue
from app.rules.overlays import (
    Overlay,
    OverlayCommandRequest,
    OverlayRule,
    OverlaySettings,
    allowed_templates,
    checked_command,
    checked_settings,
)
from app.rules.tokens import Person

GIFTS = catalogue.load().by_id()


def test_gifts_are_shown_as_themselves_or_plainer() -> None:
    """A small gift is a ribbon, a big one a ribbon or a banner, a grand one any of the three."""
    assert [1, 1, 2, 3] == [len(allowed_templates(GIFTS[gift])) for gift in ("rose", "crown", "guitar", "lion")]


def test_rules_that_can_be_followed() -> None:
    """One rule for each gift, and one for each price, is as it was sent."""
    rules = (
        OverlayRule(gift="lion", template="ribbon", sound="off", seconds=2, volume=0),
        OverlayRule(gift="rose"),
        OverlayRule(from_coins=1, sound="pluck", template="scene"),
        OverlayRule(from_coins=100),
    )
    assert rules == checked_settings(OverlaySettings(rules=rules), GIFTS).rules


@pytest.mark.parametrize(
    ("rule", "slug"),
    [
        ({}, "bad_rule"),
        ({"gift": "rose", "from_coins": 1}, "bad_rule"),
        ({"gift": "heart"}, "bad_rule"),
        ({"gift": "nothing"}, "unknown_gift"),
        ({"gift": "rose", "sound": "nothing"}, "unknown_sound"),
        ({"gift": "rose", "template": "banner"}, "template_unavailable"),
        ({"gift": "guitar", "template": "scene"}, "template_unavailable"),
    ],
)
def test_each_mistake_has_a_slug(rule: dict[str, Any], slug: str) -> None:
    """A rule that cannot be followed is refused, with its place."""
    rules = (OverlayRule(gift="heart"), OverlayRule(**rule))
    with pytest.raises(Refusal, match=slug) as refused:
        checked_settings(OverlaySettings(rules=rules), GIFTS)
    assert {"rule": 1} == refused.value.details


@pytest.mark.parametrize(
    ("command", "slug"),
    [
        ({"command": "test"}, "bad_request"),
        ({"command": "test", "gift": "nothing"}, "unknown_gift"),
    ],
)
def test_a_test_is_of_something(command: dict[str, Any], slug: str) -> None:
    """A test of nothing, or of a gift that there is not, is refused."""
    with pytest.raises(Refusal, match=slug):
        checked_command(OverlayCommandRequest(**command), GIFTS)
    assert checked_command(OverlayCommandRequest(command="test", storm=True), GIFTS).storm


def test_an_address_of_before_is_not_good() -> None:
    """A token from before the last change of addresses is not let in, nor one that does not say when it was made."""

    def admits(rotated_ms: int, iat: float | None) -> bool:
        person = Person(sub="o", name="O", role="overlay", exp=1, iat=iat)
        return Overlay(version=1, rotated_ms=rotated_ms, settings=OverlaySettings()).admits(person)

    assert [True, True, False, False, True] == [
        admits(0, None),
        admits(0, 1.0),
        admits(1001, None),
        admits(1001, 1.0),
        admits(1001, 1.001),
    ]
