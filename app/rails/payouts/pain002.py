"""What the bank says of a file: ISO 20022 pain.002, a customer's payment status report, in any of its versions."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree import ElementTree as ET

from app.rails.payouts.rail import Outcome, Status

REPORT_BYTES_MAX = 20_000_000
# Codes of the external list: all that is neither settled nor refused is under way.
STATUSES: dict[str, Status] = {"ACSC": "paid", "ACCC": "paid", "RJCT": "failed", "CANC": "failed"}


class Report(NamedTuple):
    """What is said of one transfer, or, with `transfer` None, of all others in the batch, or in that part of it.

    Attributes:
        batch: the file's id.
        payment: the id of a part of it; None where all of it is meant.
    """

    batch: str
    payment: str | None
    transfer: str | None
    outcome: Outcome


def read(text: bytes) -> list[Report]:
    """What a report says, the whole first and its parts after it, so that what is said later counts.

    Raises:
        ValueError: it is no such report.
    """
    if len(text) > REPORT_BYTES_MAX:
        raise ValueError(f"a report has at most {REPORT_BYTES_MAX} bytes")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise ValueError(f"it is not XML: {error}") from None
    message = _child(root, "CstmrPmtStsRpt")
    if message is None:
        raise ValueError("it is no payment status report (pain.002): CstmrPmtStsRpt is expected in Document")
    original = _child(message, "OrgnlGrpInfAndSts")
    batch = _text(original, "OrgnlMsgId")
    if not batch:
        raise ValueError("OrgnlGrpInfAndSts/OrgnlMsgId is expected: the id of the file that it reports on")
    reports = _said(original, "GrpSts", batch, None, None)
    for part in _children(message, "OrgnlPmtInfAndSts"):
        payment = _text(part, "OrgnlPmtInfId")
        reports += _said(part, "PmtInfSts", batch, payment, None)
        for entry in _children(part, "TxInfAndSts"):
            transfer = _text(entry, "OrgnlEndToEndId")
            if not transfer:
                raise ValueError("TxInfAndSts/OrgnlEndToEndId is expected: the payout's id")
            reports += _said(entry, "TxSts", batch, payment, transfer)
    return reports


def _said(element: ET.Element | None, tag: str, batch: str, payment: str | None, transfer: str | None) -> list[Report]:
    code = _text(element, tag)
    if element is None or not code:
        return []
    status = STATUSES.get(code, "pending")
    outcome = Outcome(status, transfer or payment or batch, f"{code}{_reason(element)}")
    return [Report(batch, payment or None, transfer, outcome)]


def _reason(element: ET.Element) -> str:
    """The reason's code and words, as far as there are any."""
    found: list[str] = []
    for information in _children(element, "StsRsnInf"):
        reason = _child(information, "Rsn")
        found += [_text(reason, "Cd") or _text(reason, "Prtry"), *map(_content, _children(information, "AddtlInf"))]
    words = " ".join(filter(None, found))
    return f" {words}" if words else ""


def _content(element: ET.Element) -> str:
    return (element.text or "").strip()


def _children(element: ET.Element, tag: str) -> list[ET.Element]:
    # The namespace names the version, of which banks send several.
    return [child for child in element if child.tag.rpartition("}")[2] == tag]


def _child(element: ET.Element | None, tag: str) -> ET.Element | None:
    return next(iter(_children(element, tag)), None) if element is not None else None


def _text(element: ET.Element | None, tag: str) -> str:
    found = _child(element, tag)
    return _content(found) if found is not None else ""
