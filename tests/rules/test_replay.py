from __future__ import annotations

from app.rules.entries import Grant
from app.rules.replay import PROBLEMS_MAX, Batch, Replay, chain


def line(key: str, coins: int, left: int) -> str:
    """A grant's journal line."""
    before, behind = Grant(id=key, user="ann", coins=coins, reason="r", by="b").pieces()
    return f"{before}0,[{left},0]{behind}"


def batch(first: int, head: str, *lines: str) -> Batch:
    """A batch whose chain fits."""
    payload = "\n".join(lines)
    return Batch(first, len(lines), chain(head, first, payload), 0, payload)


def test_a_journal_in_order() -> None:
    """Entries are counted by kind and summed to balances, and there is nothing to complain of."""
    replay, one = Replay(), batch(1, "", line("a", 5, 5), line("b", 7, 12))
    entries = replay.read(one)
    replay.apply(entries)
    replay.apply(replay.read(batch(3, one.head, line("c", 1, 13))))

    assert [(1, 5), (2, 7)] == [(read.n, read.postings[1].amount) for read in entries]
    assert (3, {"grant": 3}, []) == (replay.n, dict(replay.kinds), replay.problems)
    assert (13, -13) == (replay.balances["viewer:ann:coins"], replay.balances["platform:coins_issued"])


def test_postings_come_with_the_balances_after_them() -> None:
    """Whoever posts an entry is told what it left in each account, also where that is not what was noted."""
    replay = Replay()
    posted = [replay.post(read) for read in replay.read(batch(1, "", line("a", 5, 5), line("b", 7, 99)))]

    issued, ann = "platform:coins_issued", "viewer:ann:coins"
    assert [[(issued, 1, -5, -5), (ann, 1, 5, 5)], [(issued, 2, -7, -12), (ann, 2, 7, 12)]] == posted
    assert ["n 2: viewer:ann:coins has 12 where 99 was noted"] == replay.problems


def test_it_may_begin_in_the_middle() -> None:
    """From a known n and head, only what follows is replayed."""
    replay = Replay(2, "h")
    replay.balances["viewer:ann:coins"] = 12
    replay.apply(replay.read(batch(3, "h", line("c", 1, 13))))

    assert [] == replay.problems


def test_what_is_wrong_is_named() -> None:
    """A gap, a broken chain, a missing line, a key twice and another balance than noted are each a problem."""
    replay = Replay()
    replay.apply(replay.read(Batch(2, 3, "x", 0, line("a", 5, 5) + "\n" + line("a", 5, 11))))

    assert [
        "n is not dense: 2 follows 0",
        "the chain is broken at n 2",
        "n 2: 2 entries where 3 were written",
        "n 3: grant:a was applied before",
        "n 3: viewer:ann:coins has 10 where 11 was noted",
    ] == replay.problems


def test_problems_are_bounded() -> None:
    """Of very many problems only so many are kept."""
    replay = Replay()
    for n in range(2 * PROBLEMS_MAX):
        replay.problem(str(n))

    assert PROBLEMS_MAX == len(replay.problems)
