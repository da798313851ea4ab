from __future__ import annotations

from app.store.keys import Keys


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
