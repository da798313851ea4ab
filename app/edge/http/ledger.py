"""HTTP for the books as a whole."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.books.tell_audit import tell_audit
from app.edge.billing import billing_of
from app.edge.http import auth
from app.edge.http.problems import Json
from app.store.audit import Audit
from app.store.journal import Journal


async def ledger_audit(request: Request) -> Json:
    """What was issued, spent, minted and paid, whether all of it agrees, and when that was last proved."""
    auth.platform(request, or_role="operator")
    billing = billing_of(request)
    ledgers, epoch = billing.partitions.ledgers, billing.partitions.common.epoch
    audits = [Audit(ledger.store, k) for k, ledger in enumerate(ledgers)]
    journals = [Journal(ledger.store, epoch, k) for k, ledger in enumerate(ledgers)]
    return Json(await tell_audit(audits, billing.archive, journals, epoch))
