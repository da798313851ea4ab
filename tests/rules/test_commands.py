from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import SENTENCE_MAX, SLUGS
from app.rules.commands import FRAME_MAX, BadCommand, Command, Hello, Ping, Resume, SendComment, SendGift, decode
from app.rules.gifts import error_json
from app.rules.messages import Error
from tests.rules.shapes import strictly


def refusal(frame: bytes | str) -> tuple[str, str | None]:
    """The slug and the id with which a frame is refused; its error reply is well formed too."""
    with pytest.raises(BadCommand) as caught:
        decode(frame)

    reply = strictly(error_json(caught.value, caught.value.id), Error)
    assert (caught.value.slug, caught.value.id) == (reply.error, reply.id)
    return caught.value.slug, caught.value.id


def command_or_refusal(frame: bytes | str) -> Command | BadCommand:
    """What becomes of a frame."""
    try:
        return decode(frame)
    except BadCommand as error:
        return error


def gift_frame(**fields: object) -> bytes:
    """A frame with a gift, with these fields changed."""
    return json.dumps({"type": "send_gift", "id": "i", "gift": "rose", **fields}).encode()


def test_commands_are_read() -> None:
    """Each command is read with its defaults, from text and from bytes, and unknown fields are ignored."""
    assert Hello("t", Resume("e", 3)) == decode('{"type":"hello","token":"t","resume":{"epoch":"e","offset":3}}')
    assert SendGift("i", "rose") == decode(gift_frame(colour="red"))
    assert SendGift("i", "rose", 999, "bob", "hi", True) == decode(
        gift_frame(quantity=999, receiver="bob", message="hi", anonymous=True)
    )
    assert SendComment("c", "hey") == decode(b'{"type":"send_comment","id":"c","text":"hey"}')
    assert Ping() == decode(b'{"type":"ping"}')


@pytest.mark.parametrize(
    "quantity",
    [
        "0",
        "-1",
        "1.5",
        "1.0",
        "1e2",
        "1e18",
        "1000",
        "1000000000000000000",
        "9" * 400,
        '"1"',
        "true",
        "null",
        "[1]",
        "{}",
    ],
)
def test_quantity_is_a_whole_number_from_1_to_999(quantity: str) -> None:
    """Any other quantity is `bad_quantity`, and the sender learns of which command."""
    frame = b'{"type":"send_gift","id":"i","gift":"rose","quantity":%s}' % quantity.encode()

    assert ("bad_quantity", "i") == refusal(frame)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "01", "+1", ".5"])
def test_numbers_that_json_does_not_have(number: str) -> None:
    """What is no JSON number makes the whole frame unreadable."""
    frame = b'{"type":"send_gift","id":"i","gift":"rose","quantity":%s}' % number.encode()

    assert ("bad_request", None) == refusal(frame)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b" ",
        b"null",
        b"1",
        b'"send_gift"',
        b"[]",
        b'[{"type":"ping"}]',
        b"{}",
        b'{"type":"ping"',
        b'{"type":"ping"} x',
        b"{'type':'ping'}",
        b"\xff\xfe",
        b"\x00" * 100,
        b'{"type":"send_comment","id":"\xff","text":"a"}',
        b'{"type":"send_comment","id":"c","text":"\\ud800"}',
        b'{"type":"\\udfff","id":"c"}',
        '{"type":"send_comment","id":"\ud800","text":"a"}',
    ],
)
def test_frames_that_are_no_command(frame: bytes | str) -> None:
    """What is no object, no JSON or no UTF-8 is `bad_request` without an id."""
    assert ("bad_request", None) == refusal(frame)


@pytest.mark.parametrize(
    "frame",
    [
        b'{"type":"dance","id":"i"}',
        b'{"type":5,"id":"i"}',
        b'{"id":"i"}',
        b'{"type":"send_gift","id":"i"}',
        b'{"type":"send_comment","id":"i"}',
        b'{"type":"send_comment","id":"i","text":""}',
        b'{"type":"send_comment","id":"i","text":null}',
        b'{"type":"send_comment","id":"i","text":"\xed\xa0\x80"}',
        b'{"type":"hello","id":"i"}',
        b'{"type":"hello","id":"i","token":7}',
        b'{"type":"hello","id":"i","token":"t","protocol":"1"}',
        b'{"type":"hello","id":"i","token":"t","resume":{"epoch":"e"}}',
        b'{"type":"hello","id":"i","token":"t","resume":{"epoch":"e","offset":-1}}',
        b'{"type":"hello","id":"i","token":"t","resume":{"epoch":"e","offset":1e300}}',
        gift_frame(gift=5),
        gift_frame(gift=None),
        gift_frame(gift="g" * 65),
        gift_frame(receiver=["bob"]),
        gift_frame(receiver="r" * 65),
        gift_frame(message=1),
        gift_frame(message="m" * 121),
        gift_frame(anonymous=1),
        gift_frame(anonymous="yes"),
    ],
)
def test_wrong_fields_name_their_command(frame: bytes) -> None:
    """A missing field, one of the wrong type or one that is too long is `bad_request`, with the command's id."""
    assert ("bad_request", "i") == refusal(frame)


def test_a_refusal_repeats_no_more_than_a_sentence() -> None:
    """What names what was sent is cut, so that an answer is not as long as what it refuses."""
    with pytest.raises(BadCommand) as caught:
        decode(b'{"type":"%s","id":"i"}' % (b"x" * 3000))

    assert SENTENCE_MAX == len(caught.value.message)
    assert strictly(error_json(caught.value, caught.value.id), Error).message == caught.value.message


@pytest.mark.parametrize("id_json", ["5", "null", "{}", '["i"]', "true", '"%s"' % ("i" * 65), '"\\ud800"'])
def test_an_id_that_is_none_is_not_given_back(id_json: str) -> None:
    """An id that is no text, or a long one, is refused and not repeated."""
    assert ("bad_request", None) == refusal(b'{"type":"send_gift","id":%s,"gift":"rose"}' % id_json.encode())


def test_an_empty_id_is_refused() -> None:
    """An empty id is no id."""
    assert ("bad_request", "") == refusal(gift_frame(id=""))


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"type":"send_gift","id":"i","gift":"rose","x":['])
def test_deep_json_is_refused(opening: bytes) -> None:
    """JSON that is nested as deeply as a frame can hold, or far deeper, is refused and harms nothing."""
    for size in (FRAME_MAX, 1_000_000):
        slug, _ = refusal(opening + b"[" * (size - len(opening)))
        assert "bad_request" == slug
    assert Ping() == decode(b'{"type":"ping"}')


def test_the_longest_frame() -> None:
    """A text that fills a whole frame is refused by its own bound, with the id."""
    frame = gift_frame(message="m" * (FRAME_MAX - 80))

    assert len(frame) <= FRAME_MAX
    assert ("bad_request", "i") == refusal(frame)


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_a_command_or_refused(frame: bytes) -> None:
    """Whatever arrives is either a command or refused with a slug that clients know."""
    outcome = command_or_refusal(frame)

    if isinstance(outcome, BadCommand):
        assert outcome.slug in SLUGS
        strictly(error_json(outcome, outcome.id), Error)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["hello", "send_gift", "send_comment", "ping"])},
        optional={
            name: JSON | st.just("x") | st.just(1)
            for name in ("id", "gift", "quantity", "receiver", "message", "anonymous", "text", "token", "resume")
        },
    )
)
def test_any_object_is_a_command_or_refused(fields: dict[str, object]) -> None:
    """An object with fields of any type is either a command within its bounds or refused with the id it has."""
    outcome = command_or_refusal(json.dumps(fields))

    if isinstance(outcome, BadCommand):
        assert outcome.slug in ("bad_request", "bad_quantity")
        assert outcome.id in (fields.get("id"), None)
    elif isinstance(outcome, SendGift):
        assert 1 <= outcome.quantity <= 999
