"""A viewer's purchases in a tab."""

from __future__ import annotations

import pytest

from .conftest import Page


@pytest.mark.parametrize(("slug", "status", "keys"), [("approval_needed", 403, 1), ("limit_reached", 409, 2)])
def test_what_a_guardian_is_asked_for_goes_under_its_key(page: Page, slug: str, status: int, keys: int) -> None:
    """Bought once more it is the same purchase; what was refused for good is another one then."""
    used = page.run(
        """
        const used = [];
        window.fetch = async (path, { headers }) => {
            used.push(new Headers(headers).get('idempotency-key'));
            const refused = { error: SLUG, message: 'no', detail: 'no', title: 'no', retryable: false, status: STATUS };
            const body = used.length > 1 ? { id: 'p', coins: 70, bonus: 0 } : refused;
            const answer = { status: used.length > 1 ? 201 : STATUS, headers: { 'content-type': 'application/json' } };
            return new Response(JSON.stringify(body), answer);
        };
        const { Purchases } = await load('net/purchases');
        let made = 0;
        const by = { token: 't', newKey: () => `k${made += 1}` };
        const buy = () => new Purchases(sessionStorage, SLUG).buy({ coins: 70 }, by);
        await buy().catch(() => null);
        await buy();
        return used;
    """.replace("SLUG", f"'{slug}'").replace("STATUS", str(status))
    )

    assert (2, keys) == (len(used), len(set(used)))
