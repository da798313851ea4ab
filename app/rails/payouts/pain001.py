"""The file that a bank takes payouts from: ISO 20022 pain.001.001.09, a customer's credit transfers.

A file is a pure function of its batch: made again, it is the same bytes under the same message id, which the bank takes
once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from xml.etree import ElementTree as ET

from msgspec import Struct, convert

from app.rails.payouts.accounts import Account
from app.rails.payouts.latin import latin
from app.rails.payouts.rail import TRANSFER_ID, Transfer

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
MESSAGE_ID_MAX = 30  # of the 35 that a bank keeps, so that a payment's number finds room behind it
REMITTANCE_MAX = 140


class Batch(Struct, frozen=True, kw_only=True):
    """What goes to the bank as one file.

    Attributes:
        id: 1 to 30 of A-Z a-z 0-9 -; the bank takes a file once for each.
        created_ms: when the batch was made, in milliseconds since 1970.
        execute_on: the day that the bank pays on.
        note: what receivers read on their statements, before the payout's id.
    """

    id: str
    created_ms: int
    execute_on: date
    debtor: Account
    transfers: Sequence[Transfer]
    note: str = "Payout"


def document(batch: Batch) -> bytes:
    """The file of a batch.

    Raises:
        ValueError: the batch is empty, has an id twice, or its id is none.
    """
    ids = [transfer.id for transfer in batch.transfers]
    if not ids or len(set(ids)) != len(ids):
        raise ValueError("a batch has at least one transfer, and each once")
    if not TRANSFER_ID.fullmatch(batch.id) or len(batch.id) > MESSAGE_ID_MAX:
        raise ValueError(f"{batch.id!r} is no id of a batch: 1 to {MESSAGE_ID_MAX} of A-Z a-z 0-9 - are expected")
    root = ET.Element("Document", xmlns=NAMESPACE)
    message = ET.SubElement(root, "CstmrCdtTrfInitn")
    created = datetime.fromtimestamp(batch.created_ms // 1000, UTC)
    header = _add(message, "GrpHdr", MsgId=batch.id, CreDtTm=created.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _sums(header, batch.transfers)
    _add(header, "InitgPty", Nm=batch.debtor.name)
    for payment_id, transfers in parts(batch.id, batch.transfers).items():
        _payment(message, batch, payment_id, transfers)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"


def parts(batch_id: str, transfers: Sequence[Transfer]) -> dict[str, list[Transfer]]:
    """The transfers of a batch by the part of the file that they stand in: those that are paid in one way."""
    in_order = sorted(transfers, key=lambda transfer: (_kind(transfer), transfer.id))
    groups = enumerate(groupby(in_order, key=_kind), 1)
    return {f"{batch_id}-{number}": list(group) for number, (_, group) in groups}


def creditor(transfer: Transfer) -> Account:
    """The account that a transfer goes to."""
    return convert(transfer.destination, Account)


def _kind(transfer: Transfer) -> tuple[str, bool]:
    currency = transfer.amount.currency
    return currency, creditor(transfer).is_sepa(currency)


def _payment(message: ET.Element, batch: Batch, payment_id: str, transfers: Sequence[Transfer]) -> None:
    currency, sepa = _kind(transfers[0])
    payment = _add(message, "PmtInf", PmtInfId=payment_id, PmtMtd="TRF")
    _sums(payment, transfers)
    if sepa:
        _add(_add(payment, "PmtTpInf"), "SvcLvl", Cd="SEPA")
    _add(payment, "ReqdExctnDt", Dt=batch.execute_on.isoformat())
    _add(payment, "Dbtr", Nm=batch.debtor.name)
    _account(payment, "DbtrAcct", batch.debtor, Ccy=currency)
    _agent(payment, "DbtrAgt", batch.debtor, or_not_provided=True)
    # Who pays the banks: in the SEPA as its rules say, elsewhere each side its own.
    _text(payment, "ChrgBr", "SLEV" if sepa else "SHAR")
    for transfer in transfers:
        _transfer(payment, batch, transfer)


def _transfer(payment: ET.Element, batch: Batch, transfer: Transfer) -> None:
    to = creditor(transfer)
    entry = _add(payment, "CdtTrfTxInf")
    _add(entry, "PmtId", InstrId=transfer.id, EndToEndId=transfer.id)
    amount = _text(_add(entry, "Amt"), "InstdAmt", str(_decimal(transfer)))
    amount.set("Ccy", transfer.amount.currency)
    _agent(entry, "CdtrAgt", to, or_not_provided=False)
    _add(entry, "Cdtr", Nm=to.name)
    _account(entry, "CdtrAcct", to)
    _add(entry, "RmtInf", Ustrd=latin(f"{batch.note} {transfer.id}")[:REMITTANCE_MAX])


def _sums(parent: ET.Element, transfers: Sequence[Transfer]) -> None:
    _text(parent, "NbOfTxs", str(len(transfers)))
    _text(parent, "CtrlSum", str(sum(map(_decimal, transfers), Decimal(0))))


def _decimal(transfer: Transfer) -> Decimal:
    return Decimal(transfer.amount.minor).scaleb(-transfer.amount.exponent)


def _account(parent: ET.Element, tag: str, account: Account, **rest: str) -> None:
    element = _add(parent, tag)
    identity = _add(element, "Id")
    if account.iban:
        _text(identity, "IBAN", account.iban)
    else:
        _add(identity, "Othr", Id=account.account)
    for name, text in rest.items():
        _text(element, name, text)


def _agent(parent: ET.Element, tag: str, account: Account, *, or_not_provided: bool) -> None:
    if not (account.bic or account.routing or or_not_provided):
        return
    bank = _add(_add(parent, tag), "FinInstnId")
    if account.bic:
        _text(bank, "BICFI", account.bic)
    if account.routing:
        member = _add(bank, "ClrSysMmbId")
        _add(member, "ClrSysId", Cd="USABA")
        _text(member, "MmbId", account.routing)
    if not (account.bic or account.routing):
        _add(bank, "Othr", Id="NOTPROVIDED")


def _add(parent: ET.Element, tag: str, **texts: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    for name, text in texts.items():
        _text(element, name, text)
    return element


def _text(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = text
    return element
