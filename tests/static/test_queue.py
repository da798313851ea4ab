"""The queue of alerts."""

from __future__ import annotations

import pytest

from .conftest import Page

START = """
    const { AlertQueue } = await load('core/queue');
    const catalogue = [['rose', 1, 'ribbon'], ['heart', 5, 'ribbon'], ['crown', 99, 'float'], ['guitar', 399, 'banner'],
      ['galaxy', 1000, 'scene'], ['lion', 29999, 'scene']];
    const gifts = new Map(catalogue.map(([id, price_coins, tier]) => [id, { id, name: id, price_coins, tier }]));
    const queue = new AlertQueue(gifts);
    let number = 0;
    const event = (sender, gift, quantity = 1) => ({ id: `e${number += 1}`, sender: { id: sender, name: sender }, gift,
      quantity, coins: quantity * gifts.get(gift).price_coins, streak: null });
    const up = () => queue.lanes.map((ribbon) => ribbon && [ribbon.sender.name, ribbon.gift.id, ribbon.count]);
"""


def test_same_sender_updates_in_place(modules: Page) -> None:
    """The same sender and gift updates the ribbon that is up instead of taking another place."""
    told = modules.run(
        START
        + """
        queue.push(event('ann', 'rose'), 0);
        queue.tick(0);
        const ribbon = queue.lanes[0];
        queue.push(event('ann', 'rose', 4), 100);
        queue.push(event('ann', 'heart'), 120);
        queue.tick(120);
        return [up(), queue.lanes[0] === ribbon, ribbon.beat];
    """
    )

    assert [[["ann", "rose", 5], ["ann", "heart", 1]], True, 1] == told


def test_nameless_people_stay_apart(modules: Page) -> None:
    """Two anonymous gifts are two ribbons: nobody is taken for somebody else."""
    lanes = modules.run(
        START
        + """
        queue.push(event(null, 'rose'), 0);
        queue.push(event(null, 'rose'), 0);
        queue.tick(0);
        return up();
    """
    )

    assert [[None, "rose", 1]] * 2 == lanes


def test_price_then_age(modules: Page) -> None:
    """The full-screen lane plays the dearest first, then the oldest, and never cuts what plays."""
    order = modules.run(
        START
        + """
        queue.push(event('a', 'guitar'), 0);
        const order = [queue.tick(0)];
        for (const [sender, gift] of [['b', 'guitar'], ['c', 'galaxy'], ['d', 'lion'], ['e', 'galaxy']]) {
          queue.push(event(sender, gift), (number += 1));
        }
        const cut = queue.tick(500);
        for (let i = 0; i < 4; i += 1) {
          queue.sceneEnded();
          order.push(queue.tick(1000 + i));
        }
        return [cut, order.map((scene) => scene.sender.name)];
    """
    )

    assert [None, ["a", "d", "c", "e", "b"]] == order


def test_waits_at_most_20_seconds(modules: Page) -> None:
    """A scene that waited 20 s is shown as a ribbon instead, and counted."""
    told = modules.run(
        START
        + """
        queue.push(event('a', 'lion'), 0);
        queue.tick(0);
        queue.push(event('b', 'galaxy'), 1000);
        queue.tick(20999);
        const before = queue.dropped.animations;
        queue.tick(21000);
        queue.sceneEnded();
        return [before, queue.dropped.animations, queue.tick(21001), up()[0]];
    """
    )

    assert [0, 1, None, ["b", "galaxy", 1]] == told


def test_pause(modules: Page) -> None:
    """While it is paused nothing begins or ends, and waiting does not count."""
    told = modules.run(
        START
        + """
        queue.push(event('a', 'guitar'), 0);
        queue.push(event('x', 'rose'), 0);
        queue.tick(0);
        queue.push(event('b', 'galaxy'), 0);
        queue.pause(1000);
        queue.sceneEnded();
        const during = [queue.tick(60000), up()[0]];
        queue.resume(61000);
        const next = queue.tick(61000);
        return [during, next.sender.name, queue.dropped.animations, up()[0]];
    """
    )

    assert [[None, ["x", "rose", 1]], "b", 0, ["x", "rose", 1]] == told


def test_crowds(modules: Page) -> None:
    """Under load one gift of many senders becomes one crowd ribbon that counts people and gifts."""
    told = modules.run(
        START
        + """
        queue.push(event('a', 'heart'), 0);
        queue.push(event('b', 'crown'), 0);
        queue.tick(0);
        for (let i = 0; i < 37; i += 1) queue.push(event(`p${i}`, 'rose', 2), 10);
        for (let ms = 100; !queue.lanes.some((ribbon) => ribbon?.kind === 'crowd'); ms += 100) queue.tick(ms);
        const crowd = queue.lanes.find((ribbon) => ribbon?.kind === 'crowd');
        return [crowd.people.size, crowd.count, crowd.quantity];
    """
    )

    assert [37, 74, 74] == told


@pytest.mark.parametrize("seed", range(12))
def test_storms_lose_no_totals(modules: Page, seed: int) -> None:
    """In any storm every gift is waiting, shown or counted as dropped; at most one scene and two ribbons are up."""
    told = modules.run(
        START
        + """
        let dice = argument * 7919 + 1;
        const random = () => (dice = (dice * 48271) % 2147483647) / 2147483647;
        const pick = (list) => list[Math.floor(random() * list.length)];
        for (let i = 0; i < 60; i += 1) {
          gifts.set(`odd${i}`, { id: `odd${i}`, name: 'odd', price_coins: 1 + i, tier: 'ribbon' });
        }
        const ids = [...gifts.keys()];
        const sent = { alerts: 0, gifts: 0, coins: 0 };
        const wrong = [];
        let playing = 0;
        let endsMs = 0;
        let now = 0;
        for (let step = 0; step < 1500; step += 1) {
          now += random() * 120;
          const burst = random() < 0.1 ? 40 : Math.floor(random() * 3);
          for (let i = 0; i < burst; i += 1) {
            const sender = random() < 0.1 ? null : `p${Math.floor(random() * 50)}`;
            const one = event(sender, pick(ids), 1 + Math.floor(random() * 9));
            sent.alerts += 1;
            sent.gifts += one.quantity;
            sent.coins += one.coins;
            queue.push(one, now);
          }
          if (random() < 0.01) queue.pause(now);
          if (random() < 0.05) queue.resume(now);
          if (playing && now > endsMs) {
            playing -= 1;
            queue.sceneEnded();
          }
          if (queue.tick(now)) {
            playing += 1;
            endsMs = now + 6000 * random();
          }
          const { waiting, shown, dropped } = queue.accounts;
          if (waiting + shown + dropped !== queue.totals.gifts) wrong.push(['lost', step]);
          if (JSON.stringify(queue.totals) !== JSON.stringify(sent)) wrong.push(['totals', step]);
          if (playing > 1 || queue.lanes.length !== 2) wrong.push(['crowded', step]);
          if (queue.waiting > 80) wrong.push(['unbounded', step]);
        }
        queue.resume(now);
        for (let i = 0; i < 2000 && !queue.idle; i += 1) {
          queue.sceneEnded();
          queue.tick((now += 100));
        }
        return { wrong, idle: queue.idle, dropped: queue.dropped.animations > 0 };
    """,
        seed,
    )

    assert {"wrong": [], "idle": True, "dropped": True} == told


def test_history_is_not_played(modules: Page) -> None:
    """An event of half a minute ago is history; one of just now, or from a clock ahead of ours, is not."""
    told = modules.run("""
        const { isHistory } = await load('core/queue');
        return [69_999, 70_000, 100_000, 100_500].map((at_ms) => isHistory({ at_ms }, 100_000));
    """)

    assert [True, False, False, False] == told


def test_scenes_get_shorter_under_load(modules: Page) -> None:
    """The more scenes wait, the faster each plays; one alone has its full length, and nothing plays too fast to see."""
    paces = modules.run(
        START
        + """
        for (let i = 0; i < 12; i += 1) queue.push(event(`p${i}`, 'galaxy'), i);
        const paces = [];
        for (let i = 0; i < 12; i += 1) {
          paces.push(queue.tick(100).pace);
          queue.sceneEnded();
        }
        return paces;
    """
    )

    assert sorted(paces, reverse=True) == paces
    assert (1.6, 1) == (paces[0], paces[-1])
    assert len(set(paces)) == 4


def test_ones_own_scene_is_always_played(modules: Page) -> None:
    """On a viewer's own page their dear gift is never made a ribbon: after 20 s it is the next, whatever is dearer."""
    told = modules.run(
        START
        + """
        const mine = new AlertQueue(gifts, () => 'me');
        mine.push(event('a', 'lion'), 0);
        mine.tick(0);
        mine.push(event('me', 'guitar'), 1);
        for (let i = 0; i < 60; i += 1) mine.push(event(`p${i}`, 'guitar'), 2);
        const played = [];
        for (let ms = 5000; ms <= 60000; ms += 5000) {
          mine.sceneEnded();
          mine.push(event(`rich${ms}`, 'galaxy'), ms);
          played.push(mine.tick(ms)?.sender.id);
        }
        return [played.slice(0, 5), mine.dropped.animations > 0];
    """
    )

    assert [["rich5000", "rich10000", "rich15000", "rich20000", "me"], True] == told


def test_nobodys_page_knows_no_own(modules: Page) -> None:
    """A page of nobody, as the overlay is, takes no nameless gift for its own."""
    told = modules.run(
        START
        + """
        queue.push(event('a', 'lion'), 0);
        queue.tick(0);
        queue.push(event(null, 'galaxy'), 0);
        queue.tick(20000);
        return queue.dropped.animations;
    """
    )

    assert 1 == told


def test_ribbons_hold_while_a_scene_plays(modules: Page) -> None:
    """While a scene plays what is up has its time, uncounted, and no ribbon follows it, but for one's own."""
    told = modules.run(
        START
        + """
        const mine = new AlertQueue(gifts, () => 'me');
        const seen = [];
        const at = (ms) => {
          mine.tick(ms);
          seen.push(mine.lanes.map((ribbon) => ribbon && [ribbon.sender.id, ribbon.count]));
        };
        mine.push(event('a', 'rose'), 0);
        at(0);
        mine.push(event('l', 'lion'), 50);
        at(50);
        mine.push(event('a', 'rose'), 100);
        mine.push(event('c', 'heart'), 100);
        at(100);
        at(2400);
        mine.push(event('me', 'rose'), 2400);
        at(2480);
        mine.push(event('me', 'rose'), 2500);
        at(60000);
        mine.sceneEnded();
        at(60080);
        return seen;
    """
    )

    a_up, none_up = [["a", 1], None], [None, None]
    assert [a_up, a_up, a_up, none_up, [["me", 1], None], none_up, [["a", 1], ["c", 1]]] == told


def test_ribbons_have_the_screen_between_scenes(modules: Page) -> None:
    """After a scene the next waits until the ribbons that waited have had their time, or 3 s; a banner does not."""
    told = modules.run(
        START
        + """
        const seen = [];
        const at = (ms) => seen.push(queue.tick(ms)?.sender.id ?? null);
        const afterwards = (ribbons, gift, waits) => {
          const end = (number += 1) * 100_000;
          queue.push(event('first', 'lion'), end - 100);
          at(end - 100);
          for (let i = 0; i < ribbons; i += 1) queue.push(event(`p${i}`, 'rose'), end - 50);
          queue.push(event('next', gift), end - 50);
          at(end - 50);
          queue.sceneEnded();
          at(end);
          for (const ms of waits) at(end + ms);
          queue.sceneEnded();
        };
        afterwards(0, 'galaxy', []);
        afterwards(1, 'galaxy', [2500, 2580]);
        afterwards(3, 'galaxy', [2500, 2949, 2950]);
        afterwards(3, 'guitar', []);
        return seen;
    """
    )

    assert [
        ["first", None, "next"],
        ["first", None, None, None, "next"],
        ["first", None, None, None, None, "next"],
        ["first", None, "next"],
    ] == [told[:3], told[3:8], told[8:14], told[14:]]


def test_ribbons_go_on_beside_a_banner(modules: Page) -> None:
    """A banner leaves room for ribbons: they come and count up while it plays."""
    lanes = modules.run(
        START
        + """
        queue.push(event('g', 'guitar'), 0);
        queue.tick(0);
        queue.push(event('a', 'rose'), 10);
        queue.tick(80);
        queue.push(event('a', 'rose'), 90);
        return up();
    """
    )

    assert [["a", "rose", 2], None] == lanes


def test_a_streak_counts_on_while_it_plays(modules: Page) -> None:
    """The streak whose banner plays counts up where it is seen; its new gifts, with their words, play after it."""
    told = modules.run(
        START
        + """
        const guitar = (count, message) =>
          ({ ...event('a', 'guitar'), streak: { id: 's', count }, ...(message && { message }) });
        queue.push(guitar(1, 'for you'), 0);
        const playing = queue.tick(0);
        queue.push(guitar(2), 100);
        queue.push(guitar(3, 'encore'), 200);
        queue.push({ ...event('a', 'guitar'), streak: { id: 'another', count: 9 } }, 300);
        const seen = [playing.count, playing.beat, playing.quantity, playing.message];
        queue.sceneEnded();
        const next = queue.tick(400);
        return [seen, [next.count, next.quantity, next.message]];
    """
    )

    assert [[3, 2, 1, "for you"], [9, 3, "encore"]] == told
