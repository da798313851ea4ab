"""What a storm of gifts does to a page: its frames, its memory, its totals, its flashes: `python -m loadtest.storm`.

A real Chromium, drawing in software, shows the overlay, a room or a video while senders give as fast as told. Never a
test: figures differ by machine and hour. Only totals that differ from the server's make it fail.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import sys
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from app.base.errors import ConfigError, FanfareError
from app.rules.tokens import Role, sign
from loadtest.browser import PHONE, Browser, CDPSession, Page, PageTimeout, chromium
from loadtest.flashes import Flashes, filmed
from loadtest.frames import Memo
from loadtest.guest import Guest
from loadtest.http import Http
from loadtest.show import NEVER_REACHED, SHOUT_FROM, Show
from loadtest.target import Target, existing, own_server

# The room of each page, and its kind.
ROOMS = {"overlay": ("storm", "live"), "room": ("storm", "live"), "video": ("storm-video", "video")}
COINS = 100_000_000
TOKEN_S = 6 * 3600
OPEN_S, TOLD_S = 30, 10
WORDS = "For the whole night, all of you: thank you, and play it once more!"
VIEWS: dict[str, tuple[Role, dict[str, Any], str]] = {
    "overlay": ("overlay", {"viewport": {"width": 1280, "height": 720}}, "body[data-connection=open]"),
    "room": ("viewer", PHONE, "[data-testid=connection][data-state=open]"),
    "video": ("viewer", PHONE, "[data-testid=connection][data-state=open]"),
}
# In the page: how long each frame took, from one to the next; the last ten thousand.
FRAMES = """() => {
  const frames = new Float32Array(10_000);
  let [count, last] = [0, 0];
  const frame = (now) => {
    if (last) frames[count++ % frames.length] = now - last;
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.takeFrames = () => {
    const taken = Array.from(frames.subarray(0, Math.min(count, frames.length)));
    count = 0;
    return taken;
  };
}"""
ELEMENTS = "document.querySelectorAll('*').length"
CALM = "() => !document.body.dataset.scene && !document.querySelector('[data-testid=ribbon], [data-testid=caption]')"
TOTALS = """() => ({
  goal: Number(document.querySelector('[data-testid=goal]').dataset.progress),
  board: [...document.querySelectorAll('.board-row')].map((row) => Number(row.dataset.coins)),
})"""


class Storm(Struct, frozen=True):
    """One storm, and what the page did in it. Times in ms, memory in MB after the collector has run."""

    page: str
    seconds: float
    gifts: int
    frame_median: float
    frame_p95: float
    frame_max: float
    elements_before: int
    elements_most: int
    elements_after: int
    heap_before: float
    heap_after: float
    totals_equal: bool
    flashes: Flashes | None


class Senders:
    """People in the room who give, each in turn."""

    def __init__(self, target: Target, room: str, count: int, words_from: int | None) -> None:
        memo = Memo()
        self._target = target
        self._words_from = words_from
        self._guests = [Guest(f"Storm {i}", target.url, room, memo) for i in range(count)]

    @property
    def users(self) -> list[str]:
        """Who they are, once they are in the room."""
        return [guest.user for guest in self._guests]

    async def join(self) -> None:
        """All are in the room, with coins enough."""
        http = Http(self._target.url)
        for guest in self._guests:
            await guest.join(http)
        await http.aclose()
        await self._target.grant(self.users, COINS, f"storm-{time.time_ns()}")

    async def give(self, gifts: list[dict[str, Any]], rate: float, seconds: float) -> int:
        """Gives at that rate, one gift after the other of the list; how many."""
        began_s, given = time.monotonic(), 0
        for guest, gift in zip(itertools.cycle(self._guests), itertools.cycle(gifts), strict=False):
            at_s = began_s + given / rate
            if at_s >= began_s + seconds:
                break
            if (wait_s := at_s - time.monotonic()) > 0:
                await asyncio.sleep(wait_s)
            price = gift["price_coins"]
            has_words = self._words_from is not None and price >= self._words_from
            guest.gift(gift["id"], price, time.monotonic(), WORDS if has_words else None)
            given += 1
        return given

    def leave(self) -> None:
        """All go."""
        for guest in self._guests:
            guest.hang_up()


def mixed(gifts: list[dict[str, Any]], dear_every: int) -> list[dict[str, Any]]:
    """Small gifts, and in each so many places any gift of the catalogue, the dearest first."""
    small = itertools.cycle(gift for gift in gifts if gift["tier"] in ("ribbon", "float"))
    dear = sorted(gifts, key=lambda gift: -gift["price_coins"])
    return [one for gift in dear for one in (*itertools.islice(small, dear_every - 1), gift)]


async def _heap(cdp: CDPSession) -> float:
    """What the page's scripts hold, in MB, once all that nobody holds is gone."""
    for _ in range(2):
        await cdp.send("HeapProfiler.collectGarbage")
    return float((await cdp.send("Runtime.getHeapUsage"))["usedSize"]) / 1e6


async def _most_elements(page: Page, seconds: float) -> int:
    until_s, most = time.monotonic() + seconds, 0
    while time.monotonic() < until_s:
        most = max(most, await page.evaluate(ELEMENTS))
        await asyncio.sleep(1)
    return most


async def _totals_equal(page: Page, target: Target, room: str) -> bool:
    """Whether the goal and the board on the page come to be the server's: the last gifts may be under way."""
    http, until_s = Http(target.url), time.monotonic() + TOLD_S
    while True:
        board = (await http.ask("GET", f"/v1/rooms/{room}/leaderboard")).body
        goal = (await http.ask("GET", f"/v1/rooms/{room}/goal")).body["goal"]
        shown = await page.evaluate(TOTALS)
        rows = [row["coins"] for row in board["top"]][: len(shown["board"])]
        equal = bool(rows) and shown == {"goal": goal["progress"], "board": rows}
        if equal or time.monotonic() > until_s:
            await http.aclose()
            return equal
        await asyncio.sleep(0.1)


async def _open(browser: Browser, target: Target, view: str) -> Page:
    role, screen, is_open = VIEWS[view]
    context = await browser.new_context(**screen)
    page = await context.new_page()
    await page.add_init_script(f"({FRAMES})()")
    room = ROOMS[view][0]
    token = sign(target.secret, sub=f"storm-{view}", name="Eye", role=role, exp=int(time.time()) + TOKEN_S, room=room)
    await page.goto(f"{target.url}/{view}/{room}#token={token}")
    await page.wait_for_selector(is_open, state="attached", timeout=OPEN_S * 1000)
    return page


async def measure(target: Target, args: argparse.Namespace) -> list[Storm]:
    """Storms over a page, one after the other; between them it comes to rest."""
    room, kind = ROOMS[args.page]
    await target.open_rooms([room], kind)
    show = Show(target, room)
    await show.set_goal(NEVER_REACHED)
    http = Http(target.url)
    gifts = mixed((await http.ask("GET", f"/v1/gifts?kind={kind}")).body["gifts"], args.dear)
    await http.aclose()
    senders = Senders(target, room, args.senders, SHOUT_FROM if args.show else None)
    async with chromium("--autoplay-policy=no-user-gesture-required") as browser:
        page = await _open(browser, target, args.page)
        try:
            await senders.join()
            return [await _storm(browser, page, show, senders, gifts, args) for _ in range(args.rounds)]
        finally:
            senders.leave()


async def _storm(
    browser: Browser,
    page: Page,
    show: Show,
    senders: Senders,
    gifts: list[dict[str, Any]],
    args: argparse.Namespace,
) -> Storm:
    cdp = await page.context.new_cdp_session(page)
    heap_before, elements_before = await _heap(cdp), await page.evaluate(ELEMENTS)
    await page.evaluate("window.takeFrames()")
    async with AsyncExitStack() as stack:
        film = await stack.enter_async_context(filmed(cdp, bright=args.day)) if args.flashes else None
        going_on = show.go_on(senders.users, args.seconds) if args.show else asyncio.sleep(0)
        given, most, _ = await asyncio.gather(
            senders.give(gifts, args.rate, args.seconds), _most_elements(page, args.seconds), going_on
        )
        frames = sorted(await page.evaluate("window.takeFrames()"))
    with suppress(PageTimeout):
        await page.wait_for_function(CALM, timeout=args.rest * 1000)
    flashes = await film.judge(await (await browser.new_context()).new_page()) if film else None
    storm = Storm(
        page=args.page,
        seconds=args.seconds,
        gifts=given,
        frame_median=round(statistics.median(frames), 1),
        frame_p95=round(frames[int(len(frames) * 0.95)], 1),
        frame_max=round(frames[-1], 1),
        elements_before=elements_before,
        elements_most=most,
        elements_after=await page.evaluate(ELEMENTS),
        heap_before=round(heap_before, 2),
        heap_after=round(await _heap(cdp), 2),
        totals_equal=await _totals_equal(page, show.target, show.room),
        flashes=flashes,
    )
    await cdp.detach()
    return storm


async def _measure(args: argparse.Namespace) -> list[Storm]:
    if args.url:
        return await measure(existing(args.url, args.data, []), args)
    target = own_server(1)
    try:
        await target.wait_ready()
        return await measure(target, args)
    finally:
        target.stop()


def told(storm: Storm) -> str:
    """A storm in words."""
    lines = [
        f"{storm.page}: {storm.gifts} gifts in {storm.seconds:g} s",
        f"  frames    median {storm.frame_median} ms, p95 {storm.frame_p95} ms, longest {storm.frame_max} ms",
        f"  elements  {storm.elements_before} before, {storm.elements_most} at most, {storm.elements_after} after",
        f"  heap      {storm.heap_before} MB before, {storm.heap_after} MB after",
        f"  totals    {'equal' if storm.totals_equal else 'DIFFER from'} the server's",
    ]
    if storm.flashes:
        most, frames = storm.flashes.most, storm.flashes.frames
        lines.append(
            f"  flashes   at most {most} in a second, {storm.flashes.most_at_s} s after the start; {frames} frames"
        )
    return "\n".join(lines)


def command() -> argparse.ArgumentParser:
    """The command's arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.storm",
        description=(__doc__ or "").partition("\n")[0],
        epilog="example: %(prog)s --page room --rate 300 --seconds 60 --rounds 2",
    )
    add = parser.add_argument
    add("--page", choices=list(VIEWS), default="overlay", help="which page is looked at (default overlay)")
    add("--rate", type=float, default=300, metavar="N", help="gifts a second (default 300)")
    add("--seconds", type=float, default=60, metavar="S", help="how long (default 60)")
    add("--senders", type=int, default=40, metavar="N", help="people who give (default 40)")
    add(
        "--dear",
        type=int,
        default=10,
        metavar="N",
        help="every Nth gift is any of all; 1: no others (default 10)",
    )
    add("--rest", type=float, default=90, metavar="S", help="for the page to come to rest, at most (default 90)")
    add("--rounds", type=int, default=1, metavar="N", help="storms, one after the other (default 1)")
    add(
        "--flashes",
        action="store_true",
        help="count flashes in what is painted, which itself takes time from the frames",
    )
    add(
        "--show",
        action="store_true",
        help="with words on dear gifts, thanks, goals that are reached, rules that change",
    )
    add("--day", action="store_true", help="with --flashes: a bright picture is behind what is transparent, not night")
    add("--url", help="a demo that runs already, its limits off; otherwise one is started, on fresh data")
    add("--data", type=Path, metavar="DIR", help="with --url: the server's folder, for its secrets")
    add("--json", action="store_true", help="for machines")
    return parser


def main() -> int:
    """Measures and prints; 1 where totals differ."""
    parser = command()
    args = parser.parse_args()
    try:
        storms = asyncio.run(_measure(args))
    except ConfigError as error:
        parser.error(str(error))
    except (FanfareError, OSError) as error:
        sys.exit(f"fanfare: {error}")
    print(json.dumps(to_builtins(storms), indent=2) if args.json else "\n".join(map(told, storms)))
    return 0 if all(storm.totals_equal for storm in storms) else 1


if __name__ == "__main__":
    sys.exit(main())
