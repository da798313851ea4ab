from __future__ import annotations

import msgspec

from app.rules.crossings import read_sent, record_of, restored_credit, restored_payment, sent_now, sent_tail
from app.rules.gift_steps import GiftClosed, GiftDelivered, GiftPaid, GiftReturned
from loadtest.crossing_world import PAYERS, order
from tests.journal import gift

LINE = ("0199", "a:b", "sam", "room2", "rose", 1, 5, 2500, 2500, 1, "c")
BEGIN = b',"0199","a:b","sam","room2","rose",1,5,2500,2500,1,"c",'
VALUE = b"1790000000000 3 17 0 1 |5|2500| 99 2 room2 sam\n%s\n\x96 and \n more" % BEGIN


def test_what_an_outbox_has_is_read() -> None:
    """Whose it is, where it goes and until when is read from its name and its first line."""
    sent = read_sent("a:b:0199", VALUE)

    assert (1_790_000_000_000, 99, 2) == (sent.deadline_ms, sent.bucket, sent.at)
    assert ("room2", "sam", "a:b", "0199", False) == (
        *(sent.room, sent.receiver),
        *(sent.sender, sent.gift_id, sent.is_guests),
    )


def test_what_was_sent_now_is_what_the_outbox_has() -> None:
    """The two parts of which a script puts it together, read by whoever sent it, are the whole, read."""
    one = order(PAYERS[0], 2, quantity=3, anonymous=True)
    tail = sent_tail(one, 99, b"\x96 and\n more")

    assert read_sent(one.name, b"1790000000000 3 17 0" + tail) == sent_now(one, 99, b"1790000000000 3 17 0", tail)
    assert b" 1 |3|1500| 99 2 room2 " == tail[:23]


def test_what_a_guest_gets_is_of_the_same_gift() -> None:
    """What is credited to a guest is what the gift's own entries begin with."""
    sent = read_sent("a:b:0199", VALUE).to_guest()
    credit = sent.credit()

    assert ("guest a:b:0199", True, "a:b", "0199") == (sent.name, sent.is_guests, sent.sender, sent.gift_id)
    assert ("credited:a:b:0199", "sam", 2500, 5, True) == (
        *(credit.key, credit.user),
        *(credit.milli, credit.coins, credit.anonymous),
    )


def test_what_was_paid_is_restored_but_for_its_words() -> None:
    """An outbox is put together from entries: all but the gift itself, which the archive does not know."""
    paid, shown = GiftPaid(*LINE, 17, 2, True), GiftDelivered(*LINE, 7, True, None, 0, True)
    lines = [msgspec.json.encode(entry).decode() for entry in (paid, shown)]
    known = VALUE.rpartition(b"\n")[0].rpartition(b"\n")[0] + b"\n"

    assert (b"a:b:0199", known) == restored_payment(3, paid, lines[0], 1_790_000_000_000, 99)
    name, value = restored_credit(shown, lines[1], 9, 99, 2)
    assert b"guest a:b:0199" == name
    assert read_sent(name.decode(), value).credit() == read_sent("a:b:0199", VALUE).to_guest().credit()


def test_what_is_stored_under_an_id() -> None:
    """An id's record says how far its gift is, whatever entry was the latest; the receipt is the same in each way."""
    whole = gift("ann", "sam", 5)

    assert "E|3|17|5|2500" == record_of(3, GiftPaid(*LINE, 17, 2))
    assert "A|3|17|5|2500|12|4" == record_of(8, GiftClosed(*LINE, 7, 17, "12", 4, False, 3, 12))
    assert "X|room_not_live" == record_of(8, GiftReturned(*LINE, 0, 22, 0, "room_not_live", False, 3))
    assert f"A|9|{whole.coins_left}|5|{whole.streamer_milli}||0" == record_of(9, whole)
