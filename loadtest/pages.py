"""What the pages weigh, and how soon they are of use on a slow line and a slow phone: `python -m loadtest.pages`.

A real Chromium opens each page twice on a throttled line: cold, and again with what its cache kept. Needs Playwright,
which the extra `tests` brings. Never a test: figures differ by machine and hour.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from app.base.errors import ConfigError, FanfareError
from app.rules.tokens import Role, sign
from loadtest.browser import PHONE, Browser, BrowserContext, chromium
from loadtest.target import Target, existing, own_server

ROOM = "weight"
COINS = 1000
TOKEN_S = 3600
USABLE_S_MAX = 60
# By then a page that can be used has also fetched what it fetches afterwards.
SETTLE_S = 1.0

# When a page is of use: what has to be there.
USABLE = {
    "lobby": ["[data-testid=rooms] [data-room]", "[data-testid=name-field]"],
    "room": [
        "[data-testid=connection][data-state=open]",
        f"[data-testid=balance][data-coins='{COINS}']",
        "[data-testid=tray] [data-gift]",
    ],
    "overlay": ["body[data-connection=open]"],
    "wallet": [f"[data-testid=purse][data-coins='{COINS}']", "[data-testid=line]"],
    "earnings": ["[data-testid=totals][data-available]", ".plot-bar"],
}
ROLES: dict[str, Role] = {"overlay": "overlay", "earnings": "streamer"}
# These are of no room.
EVERYWHERE = ("wallet", "earnings")
# In the page: the moment at which all of it is there and painted.
WATCH = """(selectors) => {
  window.usableMs = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!selectors.every((selector) => document.querySelector(selector))) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  });
}"""
FIRST_PAINT = "performance.getEntriesByName('first-paint')[0]?.startTime ?? null"


class Line(Struct, frozen=True):
    """What is between the page and the server, and how much slower than this machine the phone is."""

    latency_ms: float
    down_mbit: float
    up_mbit: float
    cpu: float


class Visit(Struct, frozen=True):
    """One page opened once. Bytes are those on the line, heads of answers included."""

    page: str
    cold: bool
    requests: int
    bytes: int
    first_paint_ms: float
    usable_ms: float


def _address(target: Target, page: str) -> str:
    """A page's address, with a token where it takes one."""
    if page == "lobby":
        return f"{target.url}/"
    role, until_s = ROLES.get(page, "viewer"), int(time.time()) + TOKEN_S
    token = sign(target.secret, sub=f"weight-{page}", name="Weight", role=role, exp=until_s, room=ROOM)
    place = page if page in EVERYWHERE else f"{page}/{ROOM}"
    return f"{target.url}/{place}#token={token}"


async def _visit(context: BrowserContext, url: str, page: str, line: Line, *, cold: bool) -> Visit:
    """Opens the page in a tab of its own and waits until it is of use."""
    tab = await context.new_page()
    cdp = await context.new_cdp_session(tab)
    sent: set[str] = set()
    received = 0

    def finished(event: dict[str, Any]) -> None:
        nonlocal received
        received += event["encodedDataLength"]

    def responded(event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            sent.discard(event["requestId"])

    def asked(event: dict[str, Any]) -> None:
        if event.get("request", {}).get("url", "http").startswith("http"):
            sent.add(event["requestId"])

    cdp.on("Network.requestWillBeSent", asked)
    cdp.on("Network.webSocketCreated", asked)
    cdp.on("Network.requestServedFromCache", lambda event: sent.discard(event["requestId"]))
    cdp.on("Network.responseReceived", responded)
    cdp.on("Network.loadingFinished", finished)
    await cdp.send("Network.enable")
    await cdp.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": line.latency_ms,
            "downloadThroughput": line.down_mbit * 1e6 / 8,
            "uploadThroughput": line.up_mbit * 1e6 / 8,
        },
    )
    await cdp.send("Emulation.setCPUThrottlingRate", {"rate": line.cpu})
    await tab.add_init_script(f"({WATCH})({json.dumps(USABLE[page])})")
    try:
        await tab.goto(url, wait_until="commit")
        async with asyncio.timeout(USABLE_S_MAX):
            usable_ms = float(await tab.evaluate("window.usableMs"))
        await asyncio.sleep(SETTLE_S)
        first_paint_ms = float(await tab.evaluate(FIRST_PAINT) or 0)
    finally:
        await tab.close()
    return Visit(page, cold, len(sent), int(received), round(first_paint_ms), round(usable_ms))


async def _visits(browser: Browser, target: Target, page: str, line: Line, runs: int) -> list[Visit]:
    """The median visit of several, cold and warm; each pair in a browser profile of its own."""
    pairs = []
    for _ in range(runs):
        context = await browser.new_context(**({} if page == "overlay" else PHONE))
        url = _address(target, page)
        pairs.append([await _visit(context, url, page, line, cold=cold) for cold in (True, False)])
        await context.close()
    middle = statistics.median_low
    return [
        Visit(
            page,
            visits[0].cold,
            middle([visit.requests for visit in visits]),
            middle([visit.bytes for visit in visits]),
            middle([visit.first_paint_ms for visit in visits]),
            middle([visit.usable_ms for visit in visits]),
        )
        for visits in zip(*pairs, strict=True)
    ]


async def measure(target: Target, pages: list[str], line: Line, runs: int) -> list[Visit]:
    """All pages of a server."""
    await target.open_rooms([ROOM])
    await target.grant(["weight-room", "weight-wallet"], COINS, "weight")
    async with chromium() as browser:
        return [visit for page in pages for visit in await _visits(browser, target, page, line, runs)]


async def _measure(args: argparse.Namespace) -> list[Visit]:
    line = Line(args.latency, args.down, args.up, args.cpu)
    pages = args.page or list(USABLE)
    if args.url:
        return await measure(existing(args.url, args.data, []), pages, line, args.runs)
    target = own_server(1)
    try:
        await target.wait_ready()
        return await measure(target, pages, line, args.runs)
    finally:
        target.stop()


def table(visits: list[Visit]) -> str:
    """The visits as a table for people, and for the README."""
    rows = ["| page | | requests | KB | first paint | usable |", "|---|---|---|---|---|---|"]
    for v in visits:
        kind = "cold" if v.cold else "warm"
        times = f"{v.first_paint_ms / 1000:.1f} s | {v.usable_ms / 1000:.1f} s"
        rows.append(f"| {v.page} | {kind} | {v.requests} | {v.bytes / 1000:.0f} | {times} |")
    return "\n".join(rows)


def main() -> int:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.pages",
        description=(__doc__ or "").partition("\n")[0],
        epilog="example: %(prog)s --page room --cpu 4 --runs 5",
    )
    add = parser.add_argument
    add("--page", action="append", choices=list(USABLE), help="this page alone; may be given again (default all)")
    add("--latency", type=float, default=150, metavar="MS", help="of each request (default 150)")
    add("--down", type=float, default=1.6, metavar="MBIT", help="Mbit/s to the phone (default 1.6)")
    add("--up", type=float, default=0.75, metavar="MBIT", help="Mbit/s from the phone (default 0.75)")
    add("--cpu", type=float, default=6, metavar="N", help="how many times slower the phone computes (default 6)")
    add("--runs", type=int, default=3, metavar="N", help="of which the median counts (default 3)")
    add("--url", help="a server that runs already; otherwise one is started, on fresh data")
    add("--data", type=Path, metavar="DIR", help="with --url: the server's folder, for its secrets")
    add("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    try:
        visits = asyncio.run(_measure(args))
    except ConfigError as error:
        parser.error(str(error))
    except FanfareError as error:
        sys.exit(f"fanfare: {error}")
    print(json.dumps(to_builtins(visits), indent=2) if args.json else table(visits))
    return 0


if __name__ == "__main__":
    sys.exit(main())
