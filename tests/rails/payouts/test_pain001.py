from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rails.payouts.accounts import Account
from app.rails.payouts.pain001 import Batch, document
from app.rails.payouts.rail import Transfer
from app.rules.currencies import EXPONENTS
from tests.rails.payouts import pain001_structure
from tests.rails.payouts.transfers import NOW_MS, to_iban, transfer

DEBTOR = Account(name="Fanfare Ltd", iban="FR1420041010050500013M02606")
TO_JAPAN = {"name": "Hana Ito", "account": "1234567890", "bic": "MHCBJPJT"}
TO_AMERICA = {"name": "Bo Lee", "account": "12345678", "routing": "021000021"}


def batch(*transfers: Transfer, **changed: Any) -> Batch:
    """A batch of these."""
    fields: dict[str, Any] = {
        "id": "B7",
        "created_ms": NOW_MS,
        "execute_on": date(2026, 11, 19),
        "debtor": DEBTOR,
        "transfers": transfers,
    }
    return Batch(**{**fields, **changed})


def written(made: Batch) -> ET.Element:
    """The batch's file, held against the published structure."""
    return pain001_structure.check(document(made))


def texts(root: ET.Element, path: str) -> list[str | None]:
    """The texts of all elements at a path."""
    return [element.text for element in root.findall(path)]


def test_a_file_as_the_bank_reads_it() -> None:
    """Every element of a file within the SEPA, in its order."""
    made = document(batch(to_iban(12_345), note="Fanfare, payout"))

    assert [
        "MsgId B7",
        "CreDtTm 2026-11-18T11:06:40Z",
        "NbOfTxs 1",
        "CtrlSum 123.45",
        "Nm Fanfare Ltd",
        "PmtInfId B7-1",
        "PmtMtd TRF",
        "NbOfTxs 1",
        "CtrlSum 123.45",
        "Cd SEPA",
        "Dt 2026-11-19",
        "Nm Fanfare Ltd",
        "IBAN FR1420041010050500013M02606",
        "Ccy EUR",
        "Id NOTPROVIDED",
        "ChrgBr SLEV",
        "InstrId 0195f0c0aa",
        "EndToEndId 0195f0c0aa",
        "InstdAmt 123.45",
        "Nm Ann Ames",
        "IBAN DE89370400440532013000",
        "Ustrd Fanfare, payout 0195f0c0aa",
    ] == [f"{element.tag} {element.text}" for element in pain001_structure.check(made).iter() if not len(element)]


def test_a_file_made_again_is_the_same() -> None:
    """The file of a batch is the same bytes whenever it is made, in whatever order its transfers are read."""
    transfers = [to_iban(id=f"p-{i}") for i in range(5)]

    assert document(batch(*transfers)) == document(batch(*reversed(transfers)))


def test_each_currency_is_a_payment_of_its_own() -> None:
    """Transfers are grouped by currency and way, each group with its number and sum; the file has those of all."""
    root = written(
        batch(
            to_iban(100, id="e1"),
            to_iban(250, id="e2"),
            transfer(5000, "JPY", id="j1", destination=TO_JAPAN),
            transfer(777, "USD", id="u1", destination=TO_AMERICA),
            transfer(1234, "KWD", id="k1", destination={**TO_JAPAN, "bic": "NBOKKWKW"}),
            to_iban(200, id="e3", destination={"name": "Al", "iban": "AE070331234567890123456", "bic": "EBILAEAD"}),
        )
    )
    top = "CstmrCdtTrfInitn/"

    assert ["6"] == texts(root, f"{top}GrpHdr/NbOfTxs")
    # Of different currencies as well: it is there to find what was cut off.
    assert ["5014.504"] == texts(root, f"{top}GrpHdr/CtrlSum")
    assert ["B7-1", "B7-2", "B7-3", "B7-4", "B7-5"] == texts(root, f"{top}PmtInf/PmtInfId")
    assert ["EUR", "EUR", "JPY", "KWD", "USD"] == texts(root, f"{top}PmtInf/DbtrAcct/Ccy")
    assert ["1", "2", "1", "1", "1"] == texts(root, f"{top}PmtInf/NbOfTxs")
    assert ["2.00", "3.50", "5000", "1.234", "7.77"] == texts(root, f"{top}PmtInf/CtrlSum")
    assert ["SHAR", "SLEV", "SHAR", "SHAR", "SHAR"] == texts(root, f"{top}PmtInf/ChrgBr")
    assert ["SEPA"] == texts(root, f"{top}PmtInf/PmtTpInf/SvcLvl/Cd")
    assert ["021000021"] == texts(root, f"{top}PmtInf/CdtTrfTxInf/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId")


def test_a_debtor_without_an_iban() -> None:
    """The platform's own account may be a number at a bank."""
    root = written(batch(to_iban(), debtor=Account(name="F", account="12345678", bic="CHASUS33", routing="021000021")))

    assert ["12345678"] == texts(root, "CstmrCdtTrfInitn/PmtInf/DbtrAcct/Id/Othr/Id")
    assert ["CHASUS33"] == texts(root, "CstmrCdtTrfInitn/PmtInf/DbtrAgt/FinInstnId/BICFI")
    assert ["USABA"] == texts(root, "CstmrCdtTrfInitn/PmtInf/DbtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd")


@given(
    st.lists(
        st.tuples(st.sampled_from(["JPY", "KRW", "EUR", "USD", "KWD", "IDR"]), st.integers(1, 10**12)),
        min_size=1,
        max_size=8,
    )
)
def test_sums_are_exact(amounts: list[tuple[str, int]]) -> None:
    """For every amount and currency the file is of the published structure, and its sums are those of its transfers."""
    transfers = [
        transfer(minor, currency, id=f"p{i}", destination={**TO_JAPAN, "name": "Zoe"})
        for i, (currency, minor) in enumerate(amounts)
    ]
    root = written(batch(*transfers))
    found = root.findall(".//InstdAmt")
    (total,) = texts(root, "CstmrCdtTrfInitn/GrpHdr/CtrlSum")
    expected = [(currency, Decimal(minor).scaleb(-EXPONENTS[currency])) for currency, minor in amounts]

    assert sorted(expected) == sorted((element.get("Ccy", ""), Decimal(element.text or "")) for element in found)
    assert sum(amount for _, amount in expected) == Decimal(total or "")
    assert Decimal(total or "") == sum(Decimal(part or "") for part in texts(root, "CstmrCdtTrfInitn/PmtInf/CtrlSum"))


def test_signs_of_xml_are_no_markup() -> None:
    """What a name or a note contains cannot become an element."""
    root = written(batch(to_iban(destination={"name": "O'Neil + Sons", "iban": DEBTOR.iban}), note="A's pay-out"))

    assert ["O'Neil + Sons"] == texts(root, ".//Cdtr/Nm")
    with pytest.raises(ValueError, match="Latin letters are expected"):
        document(batch(to_iban(), note="</Ustrd>"))


@pytest.mark.parametrize("batch_id", ["", "x" * 31, "a_b", "a b"])
def test_batch_ids_that_banks_would_change(batch_id: str) -> None:
    """A batch's id leaves room for its payments' numbers, and has no sign that a bank would change."""
    with pytest.raises(ValueError, match="is no id of a batch"):
        document(batch(to_iban(), id=batch_id))


def test_each_transfer_stands_there_once() -> None:
    """A batch without transfers, or with one twice, is none."""
    for transfers in ((), (to_iban(), to_iban())):
        with pytest.raises(ValueError, match="at least one transfer, and each once"):
            document(batch(*transfers))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<PmtMtd>TRF</PmtMtd>", b""),
        (b"<NbOfTxs>1</NbOfTxs>", b"<NbOfTxs>1</NbOfTxs><NbOfTxs>1</NbOfTxs>"),
        (b"Ann Ames", b"Ann &amp; Ames"),
        (b' Ccy="EUR"', b""),
        (b"<IBAN>DE89", b"<Wrong>DE89"),
        (b"123.45", b"123,45"),
        (b"001.001.09", b"001.001.03"),
        (b"2026-11-19", b"2026-11-31"),
    ],
)
def test_the_check_can_fail(old: bytes, new: bytes) -> None:
    """The check of the structure finds what is missing, twice, out of order or not of its type."""
    text = document(batch(to_iban(12_345)))
    assert old in text

    with pytest.raises((AssertionError, ET.ParseError, ValueError)):
        pain001_structure.check(text.replace(old, new))
