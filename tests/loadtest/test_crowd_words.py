from __future__ import annotations

import random

from app.rules import catalogue
from loadtest.crowd import gift_weight, taps
from loadtest.crowd_words import AFTER_BIG_GIFT, COMMENTS, THANKS_TO_A_GUEST, TO_A_GUEST, new_name

COMMENT_MAX, NAME_MAX = 200, 40


def test_names_are_valid_and_all_different() -> None:
    """Five hundred viewers get five hundred names that a login takes."""
    chance, taken = random.Random(3), set[str]()
    for _ in range(500):
        taken.add(new_name(chance, taken))

    assert len(taken) == 500
    assert all(1 <= len(name) <= NAME_MAX for name in taken)


def test_whatever_is_said_fits_into_a_comment() -> None:
    """Every line, with the longest name and gift filled in, is a valid comment."""
    lines = [line.format(name="x" * NAME_MAX, gift="y" * 40) for line in (*AFTER_BIG_GIFT, *TO_A_GUEST)]
    lines += [line.format(name="x" * NAME_MAX, gift="y" * 40) for line in THANKS_TO_A_GUEST]

    assert all(1 <= len(line) <= COMMENT_MAX for line in (*COMMENTS, *lines))
    assert len(set(COMMENTS)) == len(COMMENTS)


def test_roses_are_sent_most_and_dear_gifts_seldom() -> None:
    """The weights fall with the price, and nothing outweighs a rose."""
    gifts = sorted((g for g in catalogue.load().gifts if g.tier != "scene"), key=gift_weight)

    assert gifts[-1].id == "rose"
    assert gifts[0].price_coins == max(gift.price_coins for gift in gifts)


def test_only_cheap_streakable_gifts_are_tapped_often() -> None:
    """A streak has at most twelve taps, and what is dear or has no streaks is sent once."""
    chance = random.Random(5)
    for gift in catalogue.load().gifts:
        most = max(taps(gift, chance) for _ in range(300))
        assert most == 1 if not gift.streakable or gift.price_coins >= 100 else 1 < most <= 12
