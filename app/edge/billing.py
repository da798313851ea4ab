"""A worker's parts for money that is no gift: the archive, the providers, the prices, the way to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from app.actions.books.deliver import Delivery
from app.actions.guardian.decide_approvals import Approvals
from app.archive.archive import Archive
from app.base.clock import Clock
from app.base.config import Settings
from app.base.errors import Refusal
from app.base.metrics import Metrics
from app.rails.payments.provider import Payments
from app.rails.payouts.rail import PayoutRail
from app.rules.approvals import Approval
from app.rules.tariff import Tariff
from app.store.partitions import Partitions


@dataclass(frozen=True, slots=True)
class Billing:
    """What the handlers of purchases, payouts and statements need. Providers and rails by their names."""

    settings: Settings
    archive: Archive
    partitions: Partitions
    delivery: Delivery
    tariff: Tariff
    providers: Mapping[str, Payments]
    payout_rails: Mapping[str, PayoutRail]
    metrics: Metrics
    clock: Clock


def billing_of(request: Request) -> Billing:
    """The worker's."""
    billing: Billing = request.app.state.billing
    return billing


def approvals_of(request: Request) -> Approvals:
    """What wards ask and guardians decide."""
    billing = billing_of(request)
    return Approvals(billing.partitions, billing.archive)


async def guardian_asked(request: Request, asked: Approval, now_ms: int) -> Refusal:
    """What is said while it waits; the guardian's sockets are told of what is asked for now. Raises StoreError."""
    if asked.asked_ms == now_ms:
        await approvals_of(request).say_asked(asked)
    return Refusal("approval_needed", approval=asked.id, expires_ms=asked.expires_ms)


def seller_of(request: Request) -> list[str]:
    """Who sells coins and pays streamers, a line each for name, address and tax number; else this server's name."""
    lines = [line.strip() for line in billing_of(request).settings.seller.split(";") if line.strip()]
    return lines or [request.url.hostname or "Fanfare"]
