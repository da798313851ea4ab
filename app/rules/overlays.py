"""What a room's overlays go by: the streamer's settings, the rules for gifts, the commands of the studio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.base.errors import Refusal
from app.rules.catalogue import Gift
from app.rules.shout_outs import ShoutOutSettings
from app.rules.tokens import Person

RULES_MAX = 60
PRICE_MAX = 1_000_000
SOURCES_MAX = 20
Percent = Annotated[int, Meta(ge=0, le=100)]
Template = Literal["ribbon", "banner", "scene"]
SILENT = "off"
# The plainest first: a gift may be shown as itself or plainer, never as more than it is.
TEMPLATES: tuple[Template, ...] = ("ribbon", "banner", "scene")


class OverlayRule(Struct, frozen=True, kw_only=True):
    """How a gift is shown, or all gifts from a price on; what is null is as without the rule.

    Attributes:
        gift, from_coins: one of the two.
        sound: a sound of the catalogue, or "off".
        seconds: how long it has the screen.
        volume: in percent of the overlay's.
    """

    gift: Annotated[str, Meta(max_length=64)] | None = None
    from_coins: Annotated[int, Meta(ge=1, le=PRICE_MAX)] | None = None
    sound: Annotated[str, Meta(max_length=32)] | None = None
    template: Template | None = None
    seconds: Annotated[int, Meta(ge=1, le=20)] | None = None
    volume: Percent | None = None


class OverlayWidgets(Struct, frozen=True, kw_only=True):
    """Which parts of the overlay are shown."""

    alerts: bool = True
    goal: bool = True
    board: bool = True
    feed: bool = True
    combo: bool = True


class OverlaySettings(Struct, frozen=True, kw_only=True):
    """The body of PUT /v1/rooms/{id}/overlay; what is left out is as it is at first.

    Attributes:
        shout_outs: they have an address of their own, by which alone they are set.
    """

    volume: Percent = 80
    muted: bool = False
    paused: bool = False
    widgets: OverlayWidgets = OverlayWidgets()
    rules: Annotated[tuple[OverlayRule, ...], Meta(max_length=RULES_MAX)] = ()
    shout_outs: ShoutOutSettings = ShoutOutSettings()


class Overlay(Struct, frozen=True, kw_only=True):
    """A room's overlays as the store has them. Addresses from before `rotated_ms` are not good any more."""

    version: int
    rotated_ms: int
    settings: OverlaySettings

    def admits(self, person: Person) -> bool:
        """Whether an overlay's token was made since the addresses were changed last."""
        return round((person.iat or 0) * 1000) >= self.rotated_ms


class OverlayView(Struct, frozen=True, kw_only=True):
    """A room's settings for its overlays; a higher `version` is newer."""

    version: int
    settings: OverlaySettings


class Source(Struct, frozen=True, kw_only=True):
    """What an overlay says of itself in its hello: the widgets that it shows, and what shows it."""

    widget: Annotated[str, Meta(pattern=r"^[a-z,]{1,64}\Z")] = "all"
    program: Literal["obs", "browser", "studio"] = "browser"


class ConnectedSource(Source, frozen=True, kw_only=True):
    """An overlay that is connected now."""

    since_ms: int


class OverlaySources(Struct, frozen=True):
    """The overlays of a room that are connected now, on all workers."""

    sources: list[ConnectedSource]


class OverlayCommandRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/rooms/{id}/overlay/commands. A `test` is of a `gift`, or of a `storm` of them."""

    command: Literal["pause", "resume", "skip", "replay", "clear", "test"]
    gift: Annotated[str, Meta(max_length=64)] | None = None
    storm: bool = False


def allowed_templates(gift: Gift) -> tuple[Template, ...]:
    """The ways in which a gift may be shown."""
    most = {"banner": 2, "scene": 3}.get(gift.tier, 1)
    return TEMPLATES[:most]


def checked_settings(settings: OverlaySettings, gifts: Mapping[str, Gift]) -> OverlaySettings:
    """The same settings, where every rule can be followed.

    Raises:
        Refusal: `bad_rule`, `unknown_gift`, `unknown_sound` or `template_unavailable`, with the rule's place.
    """
    sounds = {gift.sound for gift in gifts.values()} | {SILENT}
    seen: set[tuple[str | None, int | None]] = set()
    for place, rule in enumerate(settings.rules):
        about = rule.gift, rule.from_coins
        if (rule.gift is None) == (rule.from_coins is None) or about in seen:
            raise Refusal("bad_rule", rule=place)
        seen.add(about)
        if rule.gift is not None and rule.gift not in gifts:
            raise Refusal("unknown_gift", rule=place)
        if rule.sound is not None and rule.sound not in sounds:
            raise Refusal("unknown_sound", rule=place)
        if rule.gift and rule.template and rule.template not in allowed_templates(gifts[rule.gift]):
            raise Refusal("template_unavailable", rule=place)
    return settings


def checked_command(command: OverlayCommandRequest, gifts: Mapping[str, Gift]) -> OverlayCommandRequest:
    """The same command, where it can be done.

    Raises:
        Refusal: `unknown_gift`, or `bad_request` for a test of nothing.
    """
    if command.gift is not None and command.gift not in gifts:
        raise Refusal("unknown_gift")
    if command.command == "test" and command.gift is None and not command.storm:
        raise Refusal("bad_request", "A test is of a gift, or a storm.")
    return command


class OverlayChanged(Struct, frozen=True, tag="overlay_changed"):
    """What the room's overlays go by; said to overlays and to the room's streamer alone."""

    version: int
    settings: OverlaySettings


class OverlayCommand(Struct, frozen=True, kw_only=True, tag="overlay_command"):
    """What overlays are to do now: said to them and to the room's streamer alone. A `test` is of no money at all."""

    command: Literal["skip", "replay", "clear", "test"]
    gift: Annotated[str, Meta(max_length=64)] | None
    storm: bool
    test: bool
