from __future__ import annotations

import pytest

from app.rails.payouts import pain002
from app.rails.payouts.pain002 import Report, read
from app.rails.payouts.rail import Outcome

HEAD = "<GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-11-20T08:00:00</CreDtTm></GrpHdr>"


def report(inner: str, version: str = "pain.002.001.10") -> bytes:
    """A report with these parts."""
    return (
        f'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}">'
        f"<CstmrPmtStsRpt>{HEAD}{inner}</CstmrPmtStsRpt></Document>"
    ).encode()


def about(batch: str, status: str = "") -> str:
    """The part about the whole file."""
    said = f"<GrpSts>{status}</GrpSts>" if status else ""
    return f"<OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId>{said}</OrgnlGrpInfAndSts>"


def one(transfer: str, status: str, rest: str = "") -> str:
    """What is said of one transfer."""
    return f"<TxInfAndSts><OrgnlEndToEndId>{transfer}</OrgnlEndToEndId><TxSts>{status}</TxSts>{rest}</TxInfAndSts>"


@pytest.mark.parametrize("version", ["pain.002.001.03", "pain.002.001.10", "pain.002.001.14"])
def test_what_a_bank_reports(version: str) -> None:
    """The whole, its parts and each transfer, in any version: what settled is paid, what was rejected failed."""
    why = "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Closed</AddtlInf><AddtlInf>account</AddtlInf></StsRsnInf>"
    part = f"<OrgnlPmtInfId>B7-1</OrgnlPmtInfId>{one('p1', 'ACSC')}{one('p2', 'RJCT', why)}{one('p3', 'ACSP')}"
    found = read(report(f"{about('B7', 'PART')}<OrgnlPmtInfAndSts>{part}</OrgnlPmtInfAndSts>", version))

    assert [
        Report("B7", None, None, Outcome("pending", "B7", "PART")),
        Report("B7", "B7-1", "p1", Outcome("paid", "p1", "ACSC")),
        Report("B7", "B7-1", "p2", Outcome("failed", "p2", "RJCT AC04 Closed account")),
        Report("B7", "B7-1", "p3", Outcome("pending", "p3", "ACSP")),
    ] == found


def test_a_file_that_was_rejected() -> None:
    """A bank may refuse a whole file, or one payment of it, without naming a transfer."""
    part = "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B7-2</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts></OrgnlPmtInfAndSts>"

    assert [Report("B7", None, None, Outcome("failed", "B7", "RJCT"))] == read(report(about("B7", "RJCT")))
    assert [Report("B7", "B7-2", None, Outcome("failed", "B7-2", "RJCT"))] == read(report(about("B7") + part))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "it is not XML"),
        (b"<Document>", "it is not XML"),
        (b"<Document/>", "no payment status report"),
        (report(""), "OrgnlMsgId is expected"),
        (report(about("B7") + "<OrgnlPmtInfAndSts><TxInfAndSts/></OrgnlPmtInfAndSts>"), "OrgnlEndToEndId is expected"),
    ],
)
def test_what_is_no_report(text: bytes, said: str) -> None:
    """Another file is refused with what is expected."""
    with pytest.raises(ValueError, match=said):
        read(text)


def test_a_report_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of any size is not read, and one that would grow without end while it is read is refused."""
    grows = b'<!DOCTYPE a [<!ENTITY a "%s">%s]><Document>&j;</Document>' % (
        b"x" * 1000,
        b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 100) for i in range(9)),
    )
    with pytest.raises(ValueError, match="it is not XML"):
        read(grows)
    monkeypatch.setattr(pain002, "REPORT_BYTES_MAX", 10)
    with pytest.raises(ValueError, match="a report has at most 10 bytes"):
        read(report(about("B7")))
