"""The published structure of pain.001.001.09 as a table, and a check that holds a file against it.

For each type: its elements in their order, how often each may stand there, and their types. `|` before a type's name
means that one of its elements stands there. What we never write is in the table by its name alone, to hold the order.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from xml.etree import ElementTree as ET

MANY = 10**9
Row = tuple[str, int, int, str]


def _rows(text: str) -> list[Row]:
    """`Name type`, required once; `Name? type`, at most once; `Name+ type`, at least once; `Name* type`, any number."""
    often = {"": (1, 1), "?": (0, 1), "+": (1, MANY), "*": (0, MANY)}
    rows = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\w+)([?+*]?)(?: ([|\w]+))?\s*", part)
        assert found, part
        rows.append((found[1], *often[found[2]], found[3] or "NotOurs"))
    return rows


TYPES = {
    "Document": _rows("CstmrCdtTrfInitn Initiation"),
    "Initiation": _rows("GrpHdr GroupHeader, PmtInf+ Payment, SplmtryData*"),
    "GroupHeader": _rows(
        "MsgId Max35Text, CreDtTm DateTime, Authstn*, NbOfTxs Max15Numeric, CtrlSum? Decimal, InitgPty Party, FwdgAgt?"
    ),
    "Payment": _rows(
        "PmtInfId Max35Text, PmtMtd Method, BtchBookg?, NbOfTxs? Max15Numeric, CtrlSum? Decimal, PmtTpInf? PaymentType,"
        "ReqdExctnDt |ExecutionDate, PoolgAdjstmntDt?, Dbtr Party, DbtrAcct CashAccount, DbtrAgt Agent, DbtrAgtAcct?,"
        "InstrForDbtrAgt?, UltmtDbtr?, ChrgBr? Charges, ChrgsAcct?, ChrgsAcctAgt?, CdtTrfTxInf+ Transfer"
    ),
    "PaymentType": _rows("InstrPrty?, SvcLvl* |ServiceLevel, LclInstrm?, CtgyPurp?"),
    "ServiceLevel": _rows("Cd Code4, Prtry Max35Text"),
    "ExecutionDate": _rows("Dt Date, DtTm DateTime"),
    "Party": _rows("Nm? Max140Text, PstlAdr?, Id?, CtryOfRes?, CtctDtls?"),
    "CashAccount": _rows("Id |AccountId, Tp?, Ccy? Currency, Nm?, Prxy?"),
    "AccountId": _rows("IBAN Iban, Othr OtherAccount"),
    "OtherAccount": _rows("Id Max34Text, SchmeNm?, Issr?"),
    "Agent": _rows("FinInstnId Institution, BrnchId?"),
    "Institution": _rows("BICFI? Bic, ClrSysMmbId? Member, LEI?, Nm?, PstlAdr?, Othr? OtherInstitution"),
    "OtherInstitution": _rows("Id Max35Text, SchmeNm?, Issr?"),
    "Member": _rows("ClrSysId? |ClearingSystem, MmbId Max35Text"),
    "ClearingSystem": _rows("Cd Code5, Prtry Max35Text"),
    "Transfer": _rows(
        "PmtId PaymentId, PmtTpInf?, Amt |Amount, XchgRateInf?, ChrgBr?, ChqInstr?, UltmtDbtr?, IntrmyAgt1?,"
        "IntrmyAgt1Acct?, IntrmyAgt2?, IntrmyAgt2Acct?, IntrmyAgt3?, IntrmyAgt3Acct?, CdtrAgt? Agent, CdtrAgtAcct?,"
        "Cdtr? Party, CdtrAcct? CashAccount, UltmtCdtr?, InstrForCdtrAgt*, InstrForDbtrAgt?, Purp?, RgltryRptg*, Tax?,"
        "RltdRmtInf*, RmtInf? Remittance, SplmtryData*"
    ),
    "PaymentId": _rows("InstrId? Max35Text, EndToEndId Max35Text, UETR?"),
    "Amount": _rows("InstdAmt CurrencyAmount, EqvtAmt"),
    "Remittance": _rows("Ustrd* Max140Text, Strd*"),
}
PATTERNS = {
    **{f"Max{length}Text": rf"[A-Za-z0-9/?:().,'+ -]{{1,{length}}}" for length in (34, 35, 140)},
    "Max15Numeric": r"[0-9]{1,15}",
    "Decimal": r"(?=[0-9.]{1,19}\Z)[0-9]+(\.[0-9]{1,17})?",
    "CurrencyAmount": r"(?=[0-9.]{1,19}\Z)[0-9]+(\.[0-9]{1,5})?",
    "Currency": r"[A-Z]{3}",
    "Method": r"TRF",
    "Charges": r"DEBT|CRED|SHAR|SLEV",
    "Code4": r".{1,4}",
    "Code5": r".{1,5}",
    "Iban": r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}",
    "Bic": r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?",
}
MOMENTS = {"Date": date.fromisoformat, "DateTime": datetime.fromisoformat}


def check(text: bytes) -> ET.Element:
    """The file's content, without its namespace; fails where the file is not of the published structure."""
    assert text.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    text.decode("ascii")
    root = ET.fromstring(text)
    for element in root.iter():
        assert element.tag.startswith("{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"), element.tag
        element.tag = element.tag.partition("}")[2]
    assert "Document" == root.tag
    _check(root, "Document", "Document")
    return root


def _check(element: ET.Element, kind: str, path: str) -> None:
    if kind.removeprefix("|") not in TYPES:
        _check_text(element, kind, path)
        return
    assert not (element.text or "").strip(), f"{path}: text beside elements"
    assert not element.attrib, f"{path}: attributes"
    found = [child.tag for child in element]
    rows = TYPES[kind.removeprefix("|")]
    if kind.startswith("|"):
        assert 1 == len(found), f"{path}: one of {[row[0] for row in rows]} is expected"
        rows = [row for row in rows if row[0] == found[0]]
    expected = []
    for tag, least, most, _ in rows:
        number = found.count(tag)
        assert least <= number <= most, f"{path}: {tag} stands there {number} times"
        expected += [tag] * number
    assert expected == found, f"{path}: another order or other elements"
    kinds = {tag: inner for tag, _, _, inner in rows}
    for child in element:
        _check(child, kinds[child.tag], f"{path}/{child.tag}")


def _check_text(element: ET.Element, kind: str, path: str) -> None:
    text = element.text or ""
    assert not list(element), f"{path}: elements where a text is expected"
    assert {"Ccy"} == set(element.attrib) if kind == "CurrencyAmount" else not element.attrib, path
    if kind in MOMENTS:
        assert MOMENTS[kind](text), path
    else:
        assert re.fullmatch(PATTERNS[kind], text, re.ASCII), f"{path}: {text!r}"
