from __future__ import annotations

from app.store.keys import Keys, partition


def test_every_key_has_its_partition_tag() -> None:
    """All keys and channels of a partition have the same hash tag, so that a cluster keeps them together."""
    keys = Keys(7)
    names = [value for name, value in vars(keys).items() if name != "tag"]
    names += [keys.idem(3), keys.seen(3), keys.said(3), keys.removed(3)]
    of_rooms = (keys.room, keys.log, keys.board, keys.streaks, keys.comments, keys.viewers, keys.channel)
    names += [build("r") for build in of_rooms]

    assert [] == [name for name in names if name.count("{p7}") != 1 or name.count("{") != 1]
    assert len(names) == len(set(names))


def test_rooms_and_buckets_have_keys_of_their_own() -> None:
    """Another room or time bucket has another key."""
    keys = Keys()

    assert keys.room("a") != keys.room("b")
    assert keys.idem(1) != keys.idem(2)


def test_accounts_are_spread_over_all_partitions() -> None:
    """A single partition has everybody; of several, each account has one, the same for ever, and none is empty."""
    users = [f"user-{number}" for number in range(100)]

    assert {0} == {partition(user, 1) for user in (*users, "", "é")}
    assert set(range(16)) == {partition(user, 16) for user in users}
    assert [3, 0, 2] == [partition(user, 4) for user in ("ann", "bob", "é")]
