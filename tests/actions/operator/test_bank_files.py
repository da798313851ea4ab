from __future__ import annotations

from datetime import date

import pytest

from app.actions.operator.bank_files import BankFile, bank_file, hear_bank, make_bank_file
from app.base.errors import Refusal
from app.rails.payouts.bank import Bank
from app.rules.payouts import Payout
from tests.actions.paying import DEBTOR, Paying
from tests.audited import acts
from tests.books import check_books

DAY = date(2026, 12, 1)
TO_IBAN = {"name": "Sam Streamer", "iban": "FR1420041010050500013M02606"}
TO_US = {"name": "Sam Streamer", "account": "123456789", "routing": "021000021"}
REPORT = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId>{group}</OrgnlGrpInfAndSts>{parts}</CstmrPmtStsRpt></Document>"""
PART = "<OrgnlPmtInfAndSts><OrgnlPmtInfId>{id}</OrgnlPmtInfId>{said}</OrgnlPmtInfAndSts>"
SINGLE = "<TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId><TxSts>{code}</TxSts></TxInfAndSts>"


async def at_the_bank(paying: Paying, *destinations: dict[str, str]) -> list[Payout]:
    """Payouts that wait for the bank; the streamer is paid in euros."""
    await paying.profile(country="DE", form="none", tin=None)
    asked = [(await paying.ask(rail="bank", destination=to)).payout for to in destinations]
    await paying.step()
    return [await paying.look(payout) for payout in asked]


async def made(paying: Paying) -> BankFile:
    """A file of what waits."""
    found = await make_bank_file(paying.archive, Bank(DEBTOR), DAY, "command:mia", paying.now_ms)
    assert found is not None
    return found


async def hear(paying: Paying, text: str) -> list[str]:
    """What the bank's report makes of payouts."""
    heard = await hear_bank(paying.archive, text.encode(), "command:mia", paying.now_ms)
    await paying.delivery.deliver()
    return [one.status for one in heard]


async def test_each_payout_is_in_one_file(paying: Paying) -> None:
    """A file has all that wait, no later file has them again, and made again it is the same bytes."""
    first = await at_the_bank(paying, TO_IBAN, TO_IBAN)
    one = await made(paying)
    nothing = await make_bank_file(paying.archive, Bank(DEBTOR), DAY, "command:mia", paying.now_ms)
    await at_the_bank(paying, TO_IBAN)
    paying.now_ms += 5
    other = await made(paying)
    again = await bank_file(paying.archive, Bank(DEBTOR), one.id)

    assert (one, None, 2, 1) == (again, nothing, one.payouts, other.payouts)
    assert [True, True] == [payout.id.encode() in one.content for payout in first]
    assert [
        ("command:mia", "make_bank_file", one.id, "", "2 payouts, paid on 2026-12-01"),
        ("command:mia", "make_bank_file", other.id, "", "1 payouts, paid on 2026-12-01"),
    ] == await acts(paying.archive)
    assert one.id != other.id
    assert b"2026-12-01" in one.content
    with pytest.raises(Refusal, match="no file b-x"):
        await bank_file(paying.archive, Bank(DEBTOR), "b-x")


async def test_the_banks_word_on_each(paying: Paying) -> None:
    """What the bank says of the file, of a part and of single payouts counts in this order, once however often."""
    asked = await at_the_bank(paying, TO_IBAN, TO_IBAN, {**TO_US, "bic": "CHASUS33"})
    file = await made(paying)
    refused = SINGLE.format(id=asked[0].id, code="RJCT")
    parts = [
        PART.format(id=f"{file.id}-1", said="<PmtInfSts>PDNG</PmtInfSts>"),
        PART.format(id=f"{file.id}-2", said=f"<PmtInfSts>ACSC</PmtInfSts>{refused}"),
    ]
    text = REPORT.format(batch=file.id, group="<GrpSts>PART</GrpSts>", parts="".join(parts))
    for _ in range(2):
        heard = await hear(paying, text)
    found = [(await paying.look(payout)).status for payout in asked]

    assert ["failed", "paid", "submitted"] == found
    assert sorted(found) == sorted(heard)
    assert 4_000_000 == (await paying.states())[1]
    assert ["paid"] == await hear(
        paying,
        REPORT.format(
            batch=file.id, group="", parts=PART.format(id="x", said=SINGLE.format(id=asked[2].id, code="ACCC"))
        ),
    )
    await check_books(paying.world)


async def test_what_is_no_report(paying: Paying) -> None:
    """Another file is refused; of a payout that is not known the report is told without a status."""
    with pytest.raises(ValueError, match="XML"):
        await hear(paying, "hello")

    assert [""] == await hear(
        paying,
        REPORT.format(batch="b", group="", parts=PART.format(id="p", said=SINGLE.format(id="po-x", code="ACSC"))),
    )
