"""Who writes down, for each kind of entry that waits in the outbox, what became of it in the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from app.actions.books.deliver import Told
from app.actions.books.payouts import PAYOUTS_TOLD
from app.actions.books.promotions import PROMOTIONS_TOLD
from app.actions.books.purchases import PURCHASES_TOLD
from app.actions.operator.adjust_wallet import ADJUSTMENTS_TOLD
from app.actions.operator.decide_case import CASES_TOLD
from app.rules.moves import Move

TOLD: Mapping[type[Move], Told] = {
    **PURCHASES_TOLD,
    **PAYOUTS_TOLD,
    **ADJUSTMENTS_TOLD,
    **PROMOTIONS_TOLD,
    **CASES_TOLD,
}
