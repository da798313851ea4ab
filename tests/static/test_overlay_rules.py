"""How the streamer's rules have gifts shown, and what a test shows."""

from __future__ import annotations

from typing import Any

from tests.static.conftest import Page


def test_rules_go_from_gift_to_price(modules: Page, catalogue: list[dict[str, Any]]) -> None:
    """A gift's own rule comes first, then the dearest price that fits; what they leave open is the catalogue's."""
    told = modules.run(
        """
        const { RuledGifts } = await load('core/overlay_rules');
        const gifts = new RuledGifts(new Map(argument.map((gift) => [gift.id, gift])));
        const seen = [];
        const look = (...ids) => seen.push(ids.map((id) => {
          const { tier, tune, seconds, gain } = gifts.get(id);
          return [tier, tune ?? null, seconds ?? null, gain ?? null];
        }));
        look('lion', 'rose');
        gifts.update([
          { from_coins: 1, sound: 'pop', template: 'banner', volume: 50 },
          { from_coins: 1000, seconds: 4, volume: 0, template: null },
          { gift: 'lion', sound: 'off', template: 'ribbon', seconds: null },
        ]);
        look('lion', 'galaxy', 'guitar', 'crown', 'rose');
        return [seen, gifts.get('nothing') === undefined];
    """,
        catalogue,
    )

    assert [
        [
            [["scene", None, None, None], ["ribbon", None, None, None]],
            [
                ["ribbon", "off", 4, 0],
                ["banner", "pop", 4, 0],
                ["banner", "pop", None, 0.5],
                ["float", "pop", None, 0.5],
                ["ribbon", "pop", None, 0.5],
            ],
        ],
        True,
    ] == told


def test_a_storm_has_gifts_of_all_kinds(modules: Page, catalogue: list[dict[str, Any]]) -> None:
    """A storm is of many gifts, some of them dear, and each is marked as a test of nobody's."""
    told = modules.run(
        """
        const { STORM_GIFTS, giftOfStorm, trialOf } = await load('core/trial');
        const events = Array.from({ length: STORM_GIFTS }, (_, n) => trialOf(giftOfStorm(argument, n), { n, atMs: 5 }));
        const dear = events.filter(({ coins }) => coins >= 100).length;
        const ids = new Set(events.map(({ id }) => id));
        return [ids.size === STORM_GIFTS, dear, events.every(({ test, streak }) => test && !streak)];
    """,
        catalogue,
    )

    assert [True, 4, True] == told


def test_what_is_skipped_and_cleared_is_accounted_for(modules: Page, catalogue: list[dict[str, Any]]) -> None:
    """Skipping ends what is up and leaves the rest; clearing leaves nothing; no gift goes missing in the accounts."""
    told = modules.run(
        """
        const { AlertQueue } = await load('core/queue');
        const queue = new AlertQueue(new Map(argument.map((gift) => [gift.id, gift])));
        const push = (id, gift) => queue.push({ id, sender: { id, name: id }, gift, quantity: 1, coins: 1 }, 0);
        for (const id of ['a', 'b', 'c']) push(id, 'lion');
        for (const id of ['d', 'e', 'f']) push(id, 'guitar');
        for (const id of ['g', 'h', 'i', 'j']) push(id, 'rose');
        const seen = [];
        const look = () => seen.push([queue.scene?.sender.id ?? null, queue.idle, Object.values(queue.accounts)]);
        queue.tick(0);
        look();
        queue.skip();
        queue.tick(10_000);
        look();
        queue.clear();
        look();
        return seen;
    """,
        catalogue,
    )

    assert [
        ["a", False, [10, 0, 0]],
        ["b", False, [9, 1, 0]],
        [None, True, [0, 2, 8]],
    ] == [[who, idle, accounts] for who, idle, accounts in told]
