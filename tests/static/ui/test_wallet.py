"""The wallet on the page: the balance, and the button that shows it on a phone."""

from __future__ import annotations

from tests.static.conftest import Page


def test_balance(part: Page) -> None:
    """It shows the server's coins and what is on its way, and nothing while it is not known."""
    told = part.run("""
        const { mountBalance } = await load('ui/balance');
        const { node, update } = mountBalance({ onGetCoins: () => {} });
        document.body.append(node);
        const shown = () => [node.querySelector('.rolling').textContent, node.dataset.coins ?? null,
          node.querySelector('[data-testid=sending]').hidden];
        const unknown = shown();
        update({ balance: { coins: 12345, version: 7 }, sending: 0, unknown: false });
        const known = shown();
        update({ balance: { coins: 12344, version: 8 }, sending: 2, unknown: true });
        return { unknown, known, after: shown(), said: node.querySelector('[data-testid=sending]').textContent };
    """)

    assert {
        "unknown": ["–", None, True],
        "known": ["12,345", "12345", True],
        "after": ["12,344", "12344", False],
        "said": "Checking with the server",
    } == told


def test_balance_is_spoken_where_it_comes_to_rest(part: Page) -> None:
    """A fast hand changes it many times: the last of them is said, once."""
    told = part.run("""
        const { mountBalance } = await load('ui/balance');
        const { node, update } = mountBalance({ onGetCoins: () => {} });
        document.body.append(node);
        const spoken = node.querySelector('[role=status]');
        const said = [];
        new MutationObserver(() => said.push(spoken.textContent)).observe(spoken, { childList: true });
        for (const coins of [3, 2, 1]) update({ balance: { coins, version: 9 - coins }, sending: 0, unknown: false });
        await until(() => said.length);
        return said;
    """)

    assert ["Your balance: 1 coin"] == told


def test_button_to_the_gifts(part: Page) -> None:
    """It is called by what stands on it, in full words where there is room and in few where there is not."""
    told = part.run("""
        const { mountGiftsButton } = await load('ui/gifts_button');
        const button = mountGiftsButton({ onToggle: () => {} });
        document.body.append(button.node);
        const shown = () => [button.node.innerText.trim(), button.node.getAttribute('aria-label')];
        button.update({ balance: null, sending: 0 });
        const guest = shown();
        button.update({ balance: { coins: 12345 }, sending: 2 });
        const rich = shown();
        button.update({ balance: { coins: 1234567 }, sending: 0 });
        button.setOpen(true);
        return { guest, rich, richer: shown(), open: button.node.getAttribute('aria-expanded') };
    """)

    assert ["", "Open the gifts"] == told["guest"]
    assert "Open the gifts, Your balance: 12,345, Sending 2" == told["rich"][1]
    assert ["1.2M", "Open the gifts, Your balance: 1.2M"] == told["richer"]
    assert "true" == told["open"]


def test_rolling_number(part: Page) -> None:
    """A number that changes rolls where its digits changed, and nowhere else."""
    told = part.run("""
        const { mountRolling } = await load('ui/rolling');
        const { node, update } = mountRolling();
        document.body.append(node);
        update(1299);
        const first = node.getAnimations({ subtree: true }).length;
        update(1300);
        const moving = [...node.children].map((digit) => digit.getAnimations().length);
        return [first, node.textContent, moving];
    """)

    assert [0, "1,300", [0, 0, 1, 1, 1]] == told
