from __future__ import annotations

from app.rules.crossings import read_sent

VALUE = b'1790000000000 3 17 0 1 |5|2500| 99 2 room2 sam\n,"i","ann"\n\x96 and \n more'


def test_what_an_outbox_has_is_read() -> None:
    """Whose it is, where it goes and until when is read from its name and its first line."""
    sent = read_sent("ann:0199", VALUE)

    assert (1_790_000_000_000, 99, 2, "room2", "sam") == (
        *(sent.deadline_ms, sent.bucket, sent.at),
        *(sent.room, sent.receiver),
    )
    assert ("ann", "0199", False) == (sent.sender, sent.gift_id, sent.is_guests)


def test_what_a_guest_gets_is_the_same_gift() -> None:
    """On its way to a guest it has another name and deadline, and nothing else is changed."""
    sent = read_sent("a:b:0199", VALUE).to_guest(1_790_000_009_999)

    assert ("guest a:b:0199", 1_790_000_009_999, True) == (sent.name, sent.deadline_ms, sent.is_guests)
    assert ("a:b", "0199") == (sent.sender, sent.gift_id)
    assert VALUE[13:] == sent.value[13:]
