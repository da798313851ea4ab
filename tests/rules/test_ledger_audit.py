from __future__ import annotations

from app.rules.ledger_audit import ArchiveState, LedgerAudit


def test_the_contracts_names() -> None:
    """The fields that clients rely on have the names that they know."""
    promised = "epoch n issued wallets spent clawed_back minted pending available held paid drift proved_ms archive"

    assert set(promised.split()) <= set(LedgerAudit.__struct_fields__)
    assert ("n", "lag") == ArchiveState.__struct_fields__
