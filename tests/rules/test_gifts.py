from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import SLUGS, Refusal
from app.rules import catalogue
from app.rules.commands import SendGift
from app.rules.gifts import (
    Applied,
    GiftOrder,
    Insufficient,
    WireGift,
    accepted_json,
    error_json,
    fingerprint,
    payers_part,
    person_json,
    price_gift,
    read_record,
    rooms_part,
)
from app.rules.messages import Error, GiftAccepted, GiftSent, Sender, StreakCount
from app.rules.rooms import Payee, Room
from app.rules.texts import lines
from app.rules.tokens import Person, sign, verify
from tests.rules.shapes import strictly
from tests.world import terms

NOW_MS = 1_790_000_000_000
ID = "01a0c450-6c00-7803-a1a4-dfa2a1d1086f"
ANN = Person(sub="ann", name="Ann", role="viewer", exp=2**40)
ROOM = Room(
    id="main",
    title="Main",
    kind="live",
    status="live",
    streamer=Payee("sam", "Sam"),
    guests=(Payee("gil", "Gil"),),
)
GIFTS = catalogue.load().by_id()
NAMES = st.text(min_size=1, max_size=40) | st.text("\"\\|\n\t,{}'\x00\u2028é🎁", min_size=1, max_size=40)
MESSAGES = st.text(max_size=120) | st.text("\"\\|\n\t,{}'\x00\u2028é🎁", max_size=120)


def priced(
    person: Person = ANN, gift: str = "rose", now_ms: int = NOW_MS, award_ppm: int = 1_000_000, **fields: Any
) -> WireGift:
    """A gift of this person as the store gets it."""
    command = SendGift(**{"id": ID, "gift": gift, **fields})
    return price_gift(person, person_json(person), ROOM, GIFTS[gift], command, terms(award_ppm), now_ms)


def event(wire: WireGift, streak: str = "null") -> GiftSent:
    """The event that the store makes of a gift."""
    text = f'{{"type":"gift_sent","offset":7,"at_ms":{NOW_MS}{wire.before_streak}{streak}{wire.after_streak}'
    return strictly(text, GiftSent)


def refused(**changed: Any) -> str:
    """The slug with which a gift is refused before it costs anything."""
    with pytest.raises(Refusal) as caught:
        priced(**changed)
    return caught.value.slug


def test_price_and_diamonds_are_ours() -> None:
    """Coins are the catalogue's price times the quantity, diamonds the rate card's part of them."""
    wire = priced(gift="heart", quantity=3, award_ppm=500_000)

    assert (15, 7500, 7500, 3) == (wire.coins, wire.streamer_milli, wire.platform_milli, wire.quantity)
    assert ("ann", "sam", NOW_MS) == (wire.sender, wire.receiver, wire.id_ms)


def test_a_guest_may_receive() -> None:
    """A gift goes to the streamer, or to the guest it names."""
    assert ["sam", "sam", "gil"] == [priced(receiver=receiver).receiver for receiver in (None, "", "gil")]


@pytest.mark.parametrize("role", ["overlay", "guardian", "operator"])
def test_some_roles_send_nothing(role: Any) -> None:
    """Overlays, guardians and operators send no gifts."""
    assert "forbidden" == refused(person=msgspec.structs.replace(ANN, role=role))


@pytest.mark.parametrize("bad", ["i", "0190a000-0000-4000-8000-000000000000", ID.upper(), ID + " "])
def test_an_id_is_a_uuid7(bad: str) -> None:
    """Any other id is a bad request."""
    assert "bad_request" == refused(id=bad)


def test_nobody_gifts_to_themselves() -> None:
    """A gift to oneself is refused, as the streamer and by name."""
    streamer = Person(sub="sam", name="Sam", role="streamer", exp=2**40)
    guest = Person(sub="gil", name="Gil", role="viewer", exp=2**40)

    assert ["self_gift", "self_gift"] == [refused(person=streamer), refused(person=guest, receiver="gil")]


def test_strangers_receive_nothing() -> None:
    """Who is neither streamer nor guest is an unknown receiver."""
    assert "unknown_receiver" == refused(receiver="bob")


def test_a_gift_out_of_season_is_unavailable() -> None:
    """A gift outside its dates or countries is refused."""
    gift = msgspec.structs.replace(GIFTS["rose"], countries=("PL",), until_ms=NOW_MS)
    command = SendGift(ID, "rose")
    for person, now_ms in ((ANN, NOW_MS - 1), (msgspec.structs.replace(ANN, country="PL"), NOW_MS)):
        with pytest.raises(Refusal, match="gift_unavailable"):
            price_gift(person, person_json(person), ROOM, gift, command, terms(), now_ms)


def test_the_fingerprint_tells_contents_apart() -> None:
    """Any other content has another fingerprint, the same content the same."""
    contents: list[dict[str, Any]] = [
        {},
        {"gift": "heart"},
        {"quantity": 2},
        {"receiver": "gil"},
        {"message": ""},
        {"message": "hi"},
        {"anonymous": True},
    ]
    prints = [priced(**content).fingerprint for content in contents]

    assert len(contents) == len(set(prints))
    assert prints == [priced(**content).fingerprint for content in contents]
    assert {16} == {len(text) for text in prints}


def test_the_fingerprint_does_not_join_its_parts() -> None:
    """Parts that read the same when joined, or when written as text, are told apart."""
    assert fingerprint("a", "bc") != fingerprint("ab", "c")
    assert fingerprint("a\x00b", "c") != fingerprint("a", "b\x00c")
    assert fingerprint(None) != fingerprint("None")
    assert fingerprint(1, True) != fingerprint("1", "True")


@given(NAMES, MESSAGES | st.none(), st.text(max_size=30) | st.none(), st.booleans())
def test_events_stay_valid_whatever_people_write(
    name: str, message: str | None, avatar: str | None, anonymous: bool
) -> None:
    """Quotes, backslashes, line breaks, bars and any character in names and messages leave an event well formed."""
    person = msgspec.structs.replace(ANN, name=name, avatar=avatar)
    wire = priced(person=person, message=message, anonymous=anonymous, quantity=2)
    sent = event(wire, '{"id":"s","count":5,"coins":5}')

    shown = Sender(id=None, name=None) if anonymous else Sender(id="ann", name=name, avatar=avatar or msgspec.UNSET)
    assert shown == sent.sender
    assert (lines(message or "") or msgspec.UNSET) == sent.message
    assert ("rose", 2, 2, "2") == (sent.gift, sent.quantity, sent.coins, sent.diamonds)
    assert not any("\n" in piece for piece in (wire.before_streak, wire.after_streak, wire.sender_json, wire.entry))


def test_nobody_has_a_name_that_cannot_be_sent() -> None:
    """A token whose name has half a character is no token: its bearer could not be shown to anyone."""
    token = sign("s" * 32, sub="ann", name="\ud800", role="viewer", exp=2**40)

    with pytest.raises(Refusal, match="unauthorized"):
        verify("s" * 32, token, 0, 0)


@given(NAMES, MESSAGES, st.booleans())
def test_journal_entries_are_valid(name: str, message: str, anonymous: bool) -> None:
    """A journal entry has ids and amounts alone, the sender's too when the room does not see it."""
    wire = priced(person=msgspec.structs.replace(ANN, name=name), message=message, anonymous=anonymous, quantity=3)
    entry = json.loads(wire.entry + "7,100,null,0]")

    assert ["gift", ID, "ann", "sam", "main", "rose", 3, 3, 3000, 0, 1, "US-2026-1", 7, 100, None, 0] == entry


def test_streaks_are_of_sender_gift_receiver_and_anonymity() -> None:
    """What continues a streak is told by its field; a gift that does not streak has none."""
    fields = [
        priced(gift=gift, anonymous=a).streak_field for gift, a in (("rose", False), ("rose", True), ("lion", False))
    ]

    assert ["ann\trose\tsam\t0", "ann\trose\tsam\t1", ""] == fields


def test_the_anonymous_are_on_no_board() -> None:
    """An anonymous gift counts for no place on the leaderboard."""
    assert [True, False] == [priced(anonymous=a).on_board for a in (False, True)]


def test_records_are_read() -> None:
    """What the store keeps under an id is read back, with and without a streak."""
    assert Applied(5, 90, 10, 9500, "s", 3) == read_record("A|5|90|10|9500|s|3")
    assert Applied(5, 90, 10, 9500, "", 0) == read_record("A|5|90|10|9500||0")
    assert Insufficient(3, 10) == read_record("I|3|10")


@pytest.mark.parametrize("duplicate", [False, True])
@pytest.mark.parametrize("streak", ["|0", "s|3"])
def test_the_reply_of_an_applied_gift(streak: str, duplicate: bool) -> None:
    """A stored record gives the same reply each time, but for `duplicate`."""
    record = f"A|5|9000000000000000|10|9500|{streak}".split("|")
    reply = strictly(accepted_json(ID, "rose", 10, record, duplicate), GiftAccepted)

    assert ("rose", 10, 10, "9.5", 5) == (reply.gift, reply.quantity, reply.coins, reply.diamonds, reply.n)
    assert (9 * 10**15, 5) == (reply.balance.coins, reply.balance.version)
    assert (None if streak == "|0" else StreakCount("s", 3)) == reply.streak
    assert duplicate == reply.duplicate


@pytest.mark.parametrize("slug", SLUGS)
def test_the_reply_of_a_refusal(slug: str) -> None:
    """Every refusal is said with its slug, a sentence for people and whether to send it again."""
    reply = strictly(error_json(Refusal(slug, coins=3), "i"), Error)

    assert (slug, SLUGS[slug].message, SLUGS[slug].retryable) == (reply.error, reply.message, reply.retryable)
    assert ("i", {"coins": 3}) == (reply.id, reply.details)
    assert strictly(error_json(Refusal(slug), None), Error).id is None


def test_a_video_has_no_streaks_and_a_range_of_prices() -> None:
    """On a video each gift stands for itself, and one outside its prices is `gift_unavailable`."""
    video, command = msgspec.structs.replace(ROOM, kind="video"), SendGift(id=ID, gift="heart")

    def on_video(gift: str) -> WireGift:
        return price_gift(ANN, person_json(ANN), video, GIFTS[gift], command, terms(), NOW_MS)

    assert "" == on_video("heart").streak_field != priced(gift="heart").streak_field
    for gift in ("rose", "unicorn", "disco_ball"):
        with pytest.raises(Refusal, match="gift_unavailable"):
            on_video(gift)


def test_what_payer_and_room_have_to_know_is_the_whole_gift() -> None:
    """Of a gift that crosses, each side reads its part in the places of the whole, and no field is in neither."""
    command = SendGift(id=ID, gift="heart", quantity=3, message="hi")
    who = Person(sub="ann", name="Ann", role="viewer", exp=2**40, iat=5, jti="t")
    wire = price_gift(who, person_json(who), ROOM, GIFTS["heart"], command, terms(500_000), NOW_MS)
    wire.bucket, wire.room, wire.guarded = 2, 3, 1
    order = GiftOrder(wire, "main", "heart", lambda _: None, at=3)
    whole, payers, rooms = msgspec.structs.astuple(wire), payers_part(order), rooms_part(wire)
    # Its entry goes along with what the outbox is to have.
    whole = tuple("" if value == wire.entry else value for value in whole)

    assert len(whole) == len(payers) == len(rooms)
    assert all(value in (payer, room) for value, payer, room in zip(whole, payers, rooms, strict=True))
    empty = ("", 0)
    assert all({payer, room} <= {value, *empty} for value, payer, room in zip(whole, payers, rooms, strict=True))
