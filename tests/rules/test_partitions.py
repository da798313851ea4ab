from __future__ import annotations

from app.rules.partitions import partition, where


def test_accounts_are_spread_over_all_partitions() -> None:
    """A single partition has everybody; of several, each account has one, the same for ever, and none is empty."""
    users = [f"user-{number}" for number in range(100)]

    assert {0} == {partition(user, 1) for user in (*users, "", "é")}
    assert set(range(16)) == {partition(user, 16) for user in users}
    assert [3, 0, 2] == [partition(user, 4) for user in ("ann", "bob", "é")]


def test_one_alone_needs_no_name() -> None:
    """Lines about partitions begin with their number where there are several."""
    assert ["", "partition 0: ", "partition 3: "] == [where(0, 1), where(0, 4), where(3, 4)]
