"""HTTP for the limits of spending, over all sockets and workers of a person; and the page that shows them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest
from msgspec import UNSET

from app.rules.audit_log import AuditLog
from app.rules.messages import Error, GiftAccepted, WalletView
from app.rules.spending_report import SpendingReport
from app.rules.spending_views import LimitsChanged, LimitsView, Reminder
from app.rules.tokens import Role
from tests.archiving import finally_true
from tests.edge.client import Client
from tests.edge.http.buying import CARD, buy
from tests.edge.product import Product
from tests.edge.reading import read, refusal
from tests.edge.site import API_KEY, new_id
from tests.noon import noon

PARTITIONS = (1, 4)
SETTINGS = {"gift_rate": 0, "workers": 2, "request_rate": 0}
HOUR_MS = 3_600_000


async def ask(product: Product, method: str, path: str, token: str, body: Any) -> httpx2.Response:
    """The answer to a body of JSON."""
    async with product.http(token) as http:
        return await http.request(method, path, json=body)


async def set_limits(product: Product, user: str, **body: Any) -> LimitsView:
    """Sets somebody's limits; what they are then."""
    answers: list[httpx2.Response] = []

    async def answered() -> bool:
        # A bookkeeper that has just started may be behind, and whoever asks is told to ask again.
        answers.append(await ask(product, "PUT", "/v1/me/limits", product.token(user, tz=noon()), body))
        return answers[-1].status_code != 503

    await finally_true(answered)
    assert 200 == answers[-1].status_code, answers[-1].text
    found: LimitsView = await read(product, "/v1/me/limits", LimitsView, product.token(user))
    return found


async def answers(client: Client, ids: list[str]) -> list[GiftAccepted | Error]:
    """What was answered to gifts of these ids."""

    def found() -> list[GiftAccepted | Error]:
        return [told for told in client.messages if isinstance(told, GiftAccepted | Error) and told.id in ids]

    await client.wait(lambda: len(found()) == len(ids))
    return found()


async def test_a_days_limit_holds_over_sockets_and_workers(product: Product) -> None:
    """Two hundred gifts at once from four sockets on two workers spend a thousand coins, and not one more."""
    product.wait_for_books()
    room = await product.open_room("limits")
    await product.grant("lia", 100_000)
    async with AsyncExitStack() as joined:
        a, b, *_ = clients = [await joined.enter_async_context(product.join("lia", room)) for _ in range(4)]
        limits = await set_limits(product, "lia", day=1000)
        assert (1000, 0, None) == (limits.limits.day, limits.spent.day, limits.pending)
        sockets = {client: [new_id() for _ in range(50)] for client in clients}
        for client in sockets:
            await client.until(LimitsChanged)

        async def give(client: Client, ids: list[str]) -> list[GiftAccepted | Error]:
            for one in ids:
                await client.say({"type": "send_gift", "id": one, "gift": "rose", "quantity": 7})
            return await answers(client, ids)

        told = [one for some in await asyncio.gather(*(give(*pair) for pair in sockets.items())) for one in some]
        taken = [one for one in told if isinstance(one, GiftAccepted)]
        refused = [one for one in told if isinstance(one, Error)]
        assert (142, 58) == (len(taken), len(refused))
        details = {"limit": "day", "left": 6, "resets_ms": limits.resets.day_ms}
        assert [("limit_reached", details)] * 58 == [(one.error, one.details) for one in refused]
        # The last coins are there to be spent, and what was refused can be asked for again in vain.
        last = await a.send_gift(new_id(), "rose", quantity=6)
        assert isinstance(last, GiftAccepted)
        again = await b.send_gift(str(refused[0].id), "rose", quantity=7)
        assert isinstance(again, Error)
        assert details == again.details
        status = (await ask(product, "GET", f"/v1/gift-sends/{refused[0].id}", product.token("lia"), None)).json()
        assert ("refused", "limit_reached", "day") == (
            status["status"],
            status["error"],
            status["details"]["limit"],
        )
    assert 99_000 == await product.coins("lia")
    assert 1000 == (await read(product, "/v1/me/limits", LimitsView, product.token("lia"))).spent.day


async def test_lower_at_once_higher_a_day_later(product: Product) -> None:
    """A lower limit holds with the next gift, on every worker; a higher one a day later, which is said."""
    room = await product.open_room("raise")
    await product.grant("lou", 1000)
    async with product.join("lou", room) as one, product.join("lou", room) as two:
        await set_limits(product, "lou", gift=50, reminder_every=20)
        first = await one.send_gift(new_id(), "rose", quantity=25)
        assert isinstance(first, GiftAccepted)
        assert 25 == (await two.until(Reminder)).spent_today
        limits = await set_limits(product, "lou", gift=60)
        assert (50, 60) == (limits.limits.gift, limits.pending and limits.pending.limits.gift)
        server_ms = (await one.ping("p")).server_ms
        assert limits.pending is not None
        assert abs(limits.pending.from_ms - server_ms - 24 * HOUR_MS) < 60_000
        limits = await set_limits(product, "lou", gift=10)
        assert one.welcome.user.limited is UNSET
        async with product.join("lou", room) as three:
            assert three.welcome.user.limited is True
        assert (10, None, 25) == (limits.limits.gift, limits.pending, limits.spent.day)
        wallets: list[WalletView] = []

        async def counted() -> bool:
            wallets.append(await read(product, "/v1/me/wallet", WalletView, product.token("lou", tz=noon())))
            return wallets[-1].spent_today == 25

        await finally_true(counted)
        assert limits.limits == wallets[-1].limits
        for client in (one, two):
            refused = await client.send_gift(new_id(), "rose", quantity=11)
            assert isinstance(refused, Error)
            assert {"limit": "gift", "left": 10, "resets_ms": None} == refused.details


async def test_a_cool_off(product: Product) -> None:
    """In a cool-off nothing is given, promoted or bought, and no call ends it early; a restart does not either."""
    room, token = await product.open_room("cool"), product.token("cleo")
    await product.grant("cleo", 5000)
    checkout = (await buy(product, "cleo")).json()["checkout_url"].rpartition("/")[2]
    until = []
    for user_path, by, span in (("me", token, "7d"), ("me", token, "24h"), ("users/cleo", API_KEY, "24h")):
        answer = await ask(product, "POST", f"/v1/{user_path}/cool-off", by, {"for": span})
        assert 201 == answer.status_code
        until.append(answer.json()["cool_off_until_ms"])
    assert [until[0]] * 3 == until
    assert until[0] == (await set_limits(product, "cleo", day=None, gift=None)).cool_off_until_ms
    for path, body in (("purchases", {"package": "coins_70"}), ("promotions", {"room": room, "package": "first_look"})):
        async with product.http(token) as http:
            answer = await http.post(f"/v1/me/{path}", json=body, headers={"Idempotency-Key": new_id()})
        assert (409, "limit_reached") == (answer.status_code, answer.json()["error"]), answer.text
        assert "cool_off" == answer.json()["details"]["limit"]
    # Nor is what was begun before.
    paying = await ask(product, "POST", f"/v1/demo/checkouts/{checkout}", token, {"method": "card", "number": CARD})
    assert (400, "This checkout is over.") == (paying.status_code, paying.json()["detail"])
    product.kill_all()
    product.start()
    async with product.join("cleo", room) as client:
        refused = await client.send_gift(new_id())
        assert isinstance(refused, Error)
        assert {"limit": "cool_off", "left": 0, "resets_ms": until[0]} == refused.details


async def test_what_was_spent(product: Product) -> None:
    """By day, room and streamer, in coins and money, in the person's own days; the platform's look is the same."""
    room = await product.open_room("spend", "streamer-s")
    await product.grant("sue", 1000)
    token = product.token("sue", tz=noon(), country="DE")
    async with product.join("sue", room) as client:
        await client.send_gift(new_id(), "rose", quantity=30)
        await client.send_gift(new_id(), "heart", anonymous=True)

    async def counted() -> bool:
        report: SpendingReport = await read(product, "/v1/me/spending", SpendingReport, token)
        return report.coins == 35

    await finally_true(counted)
    by_day = await read(product, "/v1/me/spending", SpendingReport, token)
    assert (30, noon(), 35, "EUR", "list") == (
        len(by_day.rows),
        by_day.tz,
        by_day.coins,
        by_day.currency,
        by_day.price,
    )
    assert (35, 31) == (by_day.rows[-1].coins, by_day.rows[-1].gifts)
    by_room = await read(product, "/v1/me/spending", SpendingReport, token, by="room")
    assert [("spend", "A test", 35)] == [(row.key, row.name, row.coins) for row in by_room.rows]
    by_streamer = await read(product, "/v1/users/sue/spending", SpendingReport, API_KEY, by="streamer")
    assert [("streamer-s", "Nova", 35)] == [(row.key, row.name, row.coins) for row in by_streamer.rows]


async def test_the_platform_and_its_operators(product: Product) -> None:
    """The platform sets what a person could set; what operators do and look at stands in the audit log."""
    operator = product.token("olga", "operator")
    for by in (API_KEY, operator):
        assert 200 == (await ask(product, "PUT", "/v1/users/pia/limits", by, {"week": 70})).status_code
    assert 70 == (await read(product, "/v1/users/pia/limits", LimitsView, operator)).limits.week
    log = await read(product, "/v1/ops/audit-log", AuditLog, API_KEY, whom="pia")
    assert ["look_at_limits", "set_limits", "set_limits"] == [entry.what for entry in log.entries]


AMOUNTS: list[Any] = [-1, 1.5, "5", True, [], 10**12 + 1, 10**40]
BODIES: list[Any] = [[], "x", 5, None]
SPANS: list[Any] = ["", "1h", "7D", 24, None, ["24h"]]
BAD: list[tuple[str, str, Any]] = [
    *(("PUT", "limits", {name: value}) for name in ("gift", "day", "week", "month") for value in AMOUNTS),
    *(("PUT", "limits", {"reminder_every": value}) for value in (0, -5, "x", 10**10)),
    *(("PUT", "limits", body) for body in BODIES),
    *(("POST", "cool-off", {"for": value}) for value in SPANS),
    *(("POST", "cool-off", body) for body in [{}, {"span": "24h"}, *BODIES]),
]


@pytest.mark.parametrize("who", ["me", "users/bea"])
async def test_bad_limits_change_nothing(product: Product, who: str) -> None:
    """Whatever is wrong is refused with a slug, and nothing is set."""
    token = product.token("bea") if who == "me" else API_KEY
    for method, path, body in BAD:
        answer = await ask(product, method, f"/v1/{who}/{path}", token, body)
        assert (400, "bad_request") == (answer.status_code, answer.json()["error"]), body
    for query in ({"by": "gift"}, {"from": "x"}, {"from": "2026-02-30"}, {"from": "2026-02-02", "to": "2026-02-01"}):
        assert "bad_request" == (await refusal(product, f"/v1/{who}/spending", token, **query)).error
    found = await read(product, f"/v1/{who}/limits", LimitsView, token)
    assert (None, None, None) == (found.limits.day, found.cool_off_until_ms, found.reminder_every)


async def test_who_spends_nothing_sets_nothing(product: Product) -> None:
    """Overlays, guardians and operators have no limits of their own; nobody is limited under an id that is none."""
    roles: tuple[Role, ...] = ("overlay", "guardian", "operator")
    for role in roles:
        for method, path, body in (("PUT", "limits", {"day": 1}), ("POST", "cool-off", {"for": "24h"})):
            token = product.token("x", role)
            assert 403 == (await ask(product, method, f"/v1/me/{path}", token, body)).status_code
    assert 400 == (await ask(product, "PUT", "/v1/users/a%20b/limits", API_KEY, {"day": 1})).status_code


async def test_minors_are_refused_with_a_guardian_too(product: Product) -> None:
    """As it comes, a minor neither gives, buys, promotes nor is given to, whoever answers for them; nothing moves."""
    product.wait_for_books()
    for user in ("mo", "grown"):
        await product.grant(user, 500)
    room, minors = await product.open_room("adults"), "by-a-minor"
    opened = {"id": minors, "title": "A test", "streamer": {"id": "mia", "name": "Mia", "minor": True}}
    assert 201 == (await ask(product, "POST", "/v1/rooms", API_KEY, opened)).status_code
    for ward in ("mo", "mia"):
        body = {"id": "gil", "name": "Gil", "ward_name": ward}
        assert 200 == (await ask(product, "PUT", f"/v1/users/{ward}/guardian", API_KEY, body)).status_code
    async with product.join("mo", room, minor=True) as sender, product.join("grown", minors) as giver:
        for client in (sender, giver):
            gift = new_id()
            await client.say({"type": "send_gift", "id": gift, "gift": "rose"})
            (told,) = await answers(client, [gift])
            assert isinstance(told, Error)
            assert "minor" == told.error
    async with product.http(product.token("mo", minor=True)) as http:
        for path, wanted in (("purchases", {"coins": 50}), ("promotions", {"room": room, "package": "first_look"})):
            answer = await http.post(f"/v1/me/{path}", json=wanted, headers={"Idempotency-Key": new_id()})
            assert (403, "minor") == (answer.status_code, answer.json()["error"])
    assert [500, 500] == [await product.coins(user) for user in ("mo", "grown")]
