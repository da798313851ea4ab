from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from app.archive import audit_log
from app.archive.archive import Archive, Connection
from app.archive.audit_log import LOOK_MS, Search
from app.base.errors import ArchiveError
from app.rules.audit_log import Act

FREEZE, LOOK = Act("person:op", "freeze", "ann", "why"), Act("person:op", "read_wallet", "ann")


async def numbers(archive: Archive, limit: int = 100, **search: object) -> list[int]:
    """Which entries are found."""
    return [entry.n for entry in await archive.read(audit_log.page, Search(**search), limit)]  # type: ignore[arg-type]


async def test_many_at_once_are_one_log(archive: Archive) -> None:
    """Whoever writes, numbers are dense, and the chain holds."""
    await asyncio.gather(*(archive.write(audit_log.append, FREEZE._replace(whom=f"u{i}"), 5) for i in range(20)))
    proof = await archive.read(audit_log.prove)

    assert (20, []) == (proof.n, proof.problems)
    assert list(range(20, 0, -1)) == await numbers(archive)


async def test_an_act_that_is_not_done_is_not_written_down(archive: Archive) -> None:
    """The entry goes with its transaction, and its number is free again."""

    def refused(connection: Connection) -> None:
        audit_log.append(connection, FREEZE, 5)
        raise LookupError

    with pytest.raises(LookupError):
        await archive.write(refused)

    assert 1 == (await archive.write(audit_log.append, FREEZE, 5)).n


async def test_the_log_is_searched(archive: Archive) -> None:
    """By who, what, whom and when, page by page, the newest first."""
    acts = [FREEZE, FREEZE._replace(who="command:mia"), FREEZE._replace(what="unfreeze"), FREEZE._replace(whom="bob")]
    for at_ms, act in enumerate(acts, 10):
        await archive.write(audit_log.append, act, at_ms)

    assert [2] == await numbers(archive, who="command:mia")
    assert [3] == await numbers(archive, what="unfreeze")
    assert [4] == await numbers(archive, whom="bob", who="person:op")
    assert [3, 2] == await numbers(archive, from_ms=11, to_ms=13)
    assert ([4, 3], [2, 1]) == (await numbers(archive, 2), await numbers(archive, 2, below=3))


async def test_looking_again_is_written_down_once_an_hour(archive: Archive) -> None:
    """For each who looks, at what, of whom."""
    looks = [(LOOK, 0), (LOOK, LOOK_MS - 1), (LOOK._replace(whom="bob"), LOOK_MS - 1), (LOOK, LOOK_MS)]
    found = [await archive.write(audit_log.append_look, act, at_ms) for act, at_ms in looks]

    assert [1, None, 2, 3] == [entry and entry.n for entry in found]


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET who = 'x'", "DELETE FROM audit_log"])
async def test_the_log_is_not_corrected(archive: Archive, statement: str) -> None:
    """No entry can be changed or removed; where somebody does it past the archive's guard, the proof says where."""
    for _ in range(3):
        await archive.write(audit_log.append, FREEZE, 5)
    with pytest.raises(ArchiveError, match="the audit log is not corrected"):
        await archive.write(lambda connection: connection.execute(text(statement)))

    def past_the_guard(connection: Connection) -> None:
        on = " ON audit_log" if connection.dialect.name == "postgresql" else ""
        names = ["audit_log_stay"] if on else ["audit_log_stay_update", "audit_log_stay_delete"]
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
        connection.execute(text(f"{statement} WHERE n = 2"))

    await archive.write(past_the_guard)
    proof = await archive.read(audit_log.prove)
    assert 1 == len(proof.problems)
    assert "2" in proof.problems[0]
