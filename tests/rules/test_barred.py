from __future__ import annotations

from msgspec.structs import replace

from app.rules.barred import TOKENS_MAX, Barred, packed, read_barred, with_all_revoked, with_one_revoked
from app.rules.tokens import OVERLAY_LIFE_S
from tests.world import person

DAY_S = 86_400


def said(barred: Barred, **claims: object) -> str | None:
    """The slug that a token of these claims is refused with."""
    refusal = barred.refusal(person("ann", **claims))
    return refusal.slug if refusal is not None else None


def test_all_tokens_up_to_now_end() -> None:
    """Those of this very second too, and those that do not say when they were issued; the next second's are good."""
    barred = with_all_revoked(Barred(), 1000.4)
    times = (None, 0, 999.9, 1000, 1000.9, 1001, 2000)

    assert ["unauthorized"] * 5 + [None] * 2 == [said(barred, iat=iat) for iat in times]
    assert barred == with_all_revoked(barred, 500)


def test_one_token_ends() -> None:
    """By its id alone: other tokens of the person, and those without an id, are good."""
    barred = with_one_revoked(Barred(), "t1", 1000, DAY_S)

    assert ["unauthorized", None, None] == [said(barred, jti=jti, iat=5) for jti in ("t1", "t2", None)]


def test_what_has_expired_is_forgotten() -> None:
    """A token's id is kept for as long as any token lives, and for ever where they live for ever."""
    barred = with_one_revoked(with_one_revoked(Barred(), "t1", 0, 0), "t2", 0, DAY_S)
    later = with_one_revoked(barred, "t3", OVERLAY_LIFE_S + 1, DAY_S)

    assert ["t1", "t3"] == [token for token, _ in later.tokens]


def test_one_token_too_many_ends_all() -> None:
    """What is kept of a person has a bound, and beyond it nothing comes back to life."""
    barred = Barred()
    for i in range(TOKENS_MAX + 1):
        barred = with_one_revoked(barred, f"t{i}", 1000, DAY_S)

    assert ((), "unauthorized", "unauthorized") == (barred.tokens, said(barred, jti="t0"), said(barred, iat=1000))


def test_whoever_is_kept_out_is_told_so() -> None:
    """`banned`, with a token that is good otherwise; and it is read as it was packed."""
    barred = replace(with_one_revoked(Barred(version=3), "t1", 1000, DAY_S), banned=True)

    assert ("banned", "unauthorized") == (said(barred), said(barred, jti="t1"))
    assert barred == read_barred(packed(barred))
