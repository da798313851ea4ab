"""Payouts by bank: an operator takes them to the bank as a file, and brings its report back."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import msgspec

from app.actions.books.pay_out import transfer_of
from app.actions.books.payouts import hear_outcome
from app.archive import audit_log, bank_batches, payouts
from app.archive.archive import Archive, Connection
from app.archive.bank_batches import BankBatch
from app.base.errors import Refusal
from app.base.ids import uuid7
from app.rails.payouts import pain001, pain002
from app.rails.payouts.bank import Bank
from app.rails.payouts.pain001 import MESSAGE_ID_MAX, Batch
from app.rails.payouts.pain002 import Report
from app.rails.payouts.rail import Outcome
from app.rules.audit_log import Act
from app.rules.payouts import Payout

FILE_MAX = 10_000


class BankFile(NamedTuple):
    """A file for the bank: its id, how many payouts are in it, and its content."""

    id: str
    payouts: int
    content: bytes


class Heard(NamedTuple):
    """What the bank's report made of a payout: its status afterwards, "" for one that is not known."""

    payout: str
    said: str
    status: str


async def make_bank_file(archive: Archive, bank: Bank, execute_on: date, by: str, now_ms: int) -> BankFile | None:
    """A file of all payouts that wait for the bank and are in no other; None where none waits."""
    batch_id = await archive.write(_gather, execute_on, by, now_ms)
    return None if batch_id is None else await bank_file(archive, bank, batch_id)


async def bank_file(archive: Archive, bank: Bank, batch_id: str) -> BankFile:
    """The file of that id: the same bytes whenever it is made, which a bank takes once.

    Raises:
        Refusal: `unknown_payout`: there is none.
    """
    batch, found = await archive.read(_batch, batch_id)
    made = Batch(
        id=batch.id,
        created_ms=batch.created_ms,
        execute_on=date.fromisoformat(batch.execute_on),
        debtor=bank.debtor,
        transfers=[transfer_of(payout) for payout in found],
    )
    return BankFile(batch.id, len(found), pain001.document(made))


async def hear_bank(archive: Archive, text: bytes, by: str, now_ms: int) -> list[Heard]:
    """Writes down what the bank's report says, once however often it is read.

    Raises:
        ValueError: it is no such report.
    """
    reports = pain002.read(text)
    heard, meant = [], await archive.read(_meant, reports)
    await archive.write(audit_log.append, Act(by, "read_bank_report", details=f"of {len(meant)} payouts"), now_ms)
    for payout_id, outcome in meant.items():
        payout = await archive.write(hear_outcome, payout_id, outcome, now_ms)
        heard.append(Heard(payout_id, outcome.status, payout.status if payout else ""))
    return heard


def _gather(connection: Connection, execute_on: date, by: str, now_ms: int) -> str | None:
    found = payouts.without_batch(connection, Bank.name, FILE_MAX)
    if not found:
        return None
    batch = BankBatch(f"b-{uuid7(now_ms).replace('-', '')}"[:MESSAGE_ID_MAX], now_ms, execute_on.isoformat())
    bank_batches.put(connection, batch)
    for payout in found:
        payouts.save(connection, msgspec.structs.replace(payout, batch=batch.id))
    act = Act(by, "make_bank_file", batch.id, details=f"{len(found)} payouts, paid on {batch.execute_on}")
    audit_log.append(connection, act, now_ms)
    return batch.id


def _batch(connection: Connection, batch_id: str) -> tuple[BankBatch, list[Payout]]:
    batch = bank_batches.find(connection, batch_id)
    if batch is None:
        raise Refusal("unknown_payout", f"There is no file {batch_id} for the bank.")
    return batch, payouts.in_batch(connection, batch_id)


def _meant(connection: Connection, reports: list[Report]) -> dict[str, Outcome]:
    """What is said of each payout in the end: the whole file first, then its parts, then single ones."""
    said: dict[str, Outcome] = {}
    for report in reports:
        if report.transfer is not None:
            said[report.transfer] = report.outcome
            continue
        found = payouts.in_batch(connection, report.batch)
        parts = pain001.parts(report.batch, [transfer_of(payout) for payout in found])
        for part, transfers in parts.items():
            if report.payment in (None, part):
                said.update((transfer.id, report.outcome) for transfer in transfers)
    return said
