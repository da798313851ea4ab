from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app import cli
from app.archive import payouts
from app.archive.payouts import Request
from app.base import config
from app.commands.desk import open_desk
from app.rules.payouts import Payout
from tests.commands.books import running
from tests.rails.payouts.transfers import IBAN
from tests.rules.test_payouts import ASKED

REPORT = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><OrgnlGrpInfAndSts>
<OrgnlMsgId>{batch}</OrgnlMsgId><GrpSts>ACSC</GrpSts></OrgnlGrpInfAndSts>{more}</CstmrPmtStsRpt></Document>"""
UNKNOWN = """<OrgnlPmtInfAndSts><OrgnlPmtInfId>x</OrgnlPmtInfId><TxInfAndSts>
<OrgnlEndToEndId>po-x</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>"""


@pytest.fixture(autouse=True)
def bank(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform has an account."""
    monkeypatch.setenv("FANFARE_BANK_NAME", "The Platform")
    monkeypatch.setenv("FANFARE_BANK_ACCOUNT", IBAN)


def run(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> tuple[int, Any]:
    """The exit code, and what was printed for machines."""
    code = cli.main(["payouts", *words, "--data", str(data), "--json"])
    printed = capsys.readouterr()
    return code, json.loads(printed.out) if printed.out else printed.err


def put(data: Path, **changed: Any) -> Payout:
    """A payout that stands in the books of a data folder, its diamonds held."""
    payout = msgspec.structs.replace(ASKED, **changed)

    async def do() -> None:
        async with open_desk(config.load(data=data)) as desk:
            await desk.archive.write(payouts.insert, payout, Request(payout.id, "mark"))

    asyncio.run(do())
    return payout


def test_a_payout_is_listed_and_decided_on(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is listed by its status, approved by another person with a reason, and a payout of one's own is not."""
    data = short_path / "d"
    with running(data):
        payout = put(data, second=True, held_n=5)
        _, listed = run(capsys, data, "list", "--status", "requested")
        own = run(capsys, data, "approve", payout.id, "--by", "sam", "--reason", "mine")
        code, approved = run(capsys, data, "approve", payout.id, "--by", "mia", "--reason", "looked")
        late = run(capsys, data, "approve", "po-x", "--by", "mia", "--reason", "looked")
        odd = run(capsys, data, "approve", payout.id, "--by", "a b", "--reason", "looked")
        people = cli.main(["payouts", "list", "--data", str(data)])
        said = capsys.readouterr().out

    assert [("po-1", "sam")] == [(one["id"], one["user"]) for one in listed]
    assert (1, True) == (own[0], "needs_second_person" in own[1])
    assert (0, "approved", "command:mia") == (code, approved["status"], approved["decided_by"])
    assert [(1, True), (2, True)] == [(late[0], "unknown_payout" in late[1]), (odd[0], "--by is" in odd[1])]
    assert (0, True) == (people, said.startswith("po-1  approved  1970-01-01 00:00  sam  15.00 USD  demo s•••  looked"))


def test_to_the_bank_and_back(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What waits for the bank is in one file, which can be written again; its report says what became of it."""
    data, file, report = short_path / "d", short_path / "payouts.xml", short_path / "report.xml"
    with running(data):
        to = {"name": "Sam", "iban": "FR1420041010050500013M02606", "bic": "BNPAFRPP"}
        payout = put(data, rail="bank", destination=to, status="submitted", held_n=5, submitted_ms=6)
        _, made = run(capsys, data, "bank-file", str(file), "--on", "2026-12-01")
        content = file.read_bytes()
        _, nothing = run(capsys, data, "bank-file", str(file))
        lost = run(capsys, data, "bank-file", str(short_path), "--again", made["batch"])
        file.unlink()
        run(capsys, data, "bank-file", str(file), "--again", made["batch"])
        report.write_text(REPORT.format(batch=made["batch"], more=UNKNOWN))
        code, heard = run(capsys, data, "bank-status", str(report))
        _, listed = run(capsys, data, "list")
        wrong = [run(capsys, data, "bank-status", str(path)) for path in (short_path / "none", file)]

    assert (1, 0, content) == (made["payouts"], nothing["payouts"], file.read_bytes())
    assert payout.id.encode() in content
    assert (2, True) == (lost[0], made["batch"] in lost[1])
    assert (1, [("po-1", "paid"), ("po-x", "")]) == (code, [(one["payout"], one["status"]) for one in heard])
    assert "paid" == listed[0]["status"]
    assert [(2, True), (2, True)] == [(code, "xml" in said or "none" in said) for code, said in wrong]


def test_without_an_account_there_is_no_file(
    short_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings of the platform's own account are named."""
    monkeypatch.delenv("FANFARE_BANK_NAME")
    monkeypatch.delenv("FANFARE_BANK_ACCOUNT")
    with running(short_path / "d"):
        code, said = run(capsys, short_path / "d", "bank-file", "x.xml")

    assert (2, True) == (code, "FANFARE_BANK_NAME" in said)
