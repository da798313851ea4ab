from __future__ import annotations

from functools import partial

import pytest

from app.actions.operator.bar_person import bar_person
from app.archive.archive import Archive
from app.base.errors import Refusal
from app.rules.audit_log import Act
from app.rules.barred import with_all_revoked
from tests.deciding import all_barred
from tests.world import World


async def test_what_is_decided_holds_in_the_store(world: World, archive: Archive) -> None:
    """The archive has it, the store has the same, and each time it is newer."""
    act = Act("platform", "revoke_tokens", "ann")
    first = await bar_person(world.partitions, archive, act, partial(with_all_revoked, now_s=100), 1)
    second = await bar_person(world.partitions, archive, act, partial(with_all_revoked, now_s=200), 2)

    assert {"ann": second} == await all_barred(world.standing)
    assert [(1, 101), (2, 201)] == [(barred.version, barred.before_s) for barred in (first, second)]


async def test_nobody_is_called_like_that(world: World, archive: Archive) -> None:
    """An id that no token can have is refused, and nothing is kept."""
    act = Act("platform", "revoke_tokens", "a b")
    with pytest.raises(Refusal, match="bad_request"):
        await bar_person(world.partitions, archive, act, partial(with_all_revoked, now_s=1), 1)
    assert {} == await all_barred(world.standing)
