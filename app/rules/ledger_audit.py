"""What the platform is told of its books: the totals, whether all agrees, and since when that is proved."""

from __future__ import annotations

from msgspec import Struct


class ArchiveState(Struct, frozen=True):
    """How far the archive goes, and how many entries of the journal it does not have yet."""

    n: int
    lag: int


class PartitionAudit(Struct, frozen=True, kw_only=True):
    """How far one of the ledger's partitions goes, and how far it is proved."""

    n: int
    drift: int
    proved_n: int
    proved_ms: int
    archive: ArchiveState


class LedgerAudit(Struct, frozen=True, kw_only=True):
    """The ledger's figures right after the entry n: coins, and diamonds as decimals.

    Attributes:
        n: of several partitions, how many entries they have in all; so are `proved_n` and the archive's.
        issued: is wallets + escrow + spent + clawed_back.
        escrow: coins of gifts that are on their way from one partition to another.
        owed: coins that were clawed back and had been spent.
        minted: is pending + available + held + paid; without what was taken back from streamers.
            `shared` is what the rate kept back for the platform besides.
        drift: 0 where store and books agree and the sums come out; else by how much, in all.
        differing: some of what differs, one sentence each.
        proved_n: up to which entry the auditor has proved the archive, at `proved_ms`; of several partitions the
            earliest.
    """

    epoch: str
    n: int
    issued: int
    wallets: int
    escrow: int
    spent: int
    clawed_back: int
    owed: int
    minted: str
    shared: str
    pending: str
    available: str
    held: str
    paid: str
    drift: int
    differing: list[str]
    proved_n: int
    proved_ms: int
    archive: ArchiveState
    partitions: list[PartitionAudit]
