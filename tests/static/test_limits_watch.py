"""What is known in a room of a person's limits."""

from __future__ import annotations

from .conftest import Page


def test_a_window_ends_by_the_servers_clock(page: Page) -> None:
    """A clock of the viewer's that is ahead ends no window: the limits are asked for once, and again at their end."""
    told = page.run(
        """
        const { LimitsWatch } = await load('net/limits_watch');
        let asked = 0;
        window.fetch = async () => {
          asked += 1;
          const view = { limits: { day: 10 }, spent: { day: 0 }, resets: { day: 2000 }, cool_off_until_ms: null };
          return new Response(JSON.stringify(view), { headers: { 'content-type': 'application/json' } });
        };
        const later = [];
        window.setTimeout = (run) => later.push(run);
        const [at, known] = [{ ms: 1000 }, []];
        const watch = new LimitsWatch({
          token: () => 't', isLimited: () => true, serverMs: () => at.ms, onChange: () => known.push(watch.near) });
        watch.start();
        for (let turns = 0; !known.length && turns < 1000; turns += 1) {
          await new Promise((go) => { requestAnimationFrame(go); });
        }
        later.splice(0).forEach((run) => run());
        watch.standsAgainst(1);
        const before = asked;
        at.ms = 2000;
        watch.standsAgainst(1);
        return [known.length, before, asked];
        """
    )
    assert [1, 1, 2] == told
