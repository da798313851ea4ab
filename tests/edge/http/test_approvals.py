"""What guardians allow, over all sockets and workers: caps, a lock, hours, blocks, and what they are asked for."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from app.rules.approvals import ApprovalList
from app.rules.guardian_news import ApprovalAsked
from app.rules.messages import Error, GiftAccepted
from app.rules.spending_views import ApprovalDecided, LimitsView
from tests.edge.client import Client
from tests.edge.live.test_guardian_session import listening, until
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY, new_id

PARTITIONS = (1, 4)
SETTINGS = {"request_rate": 0, "gift_rate": 0, "workers": 2, "minors": "guardian"}


async def ask(
    product: Product, token: str, method: str, path: str, body: Any = None, key: str = "k"
) -> tuple[int, Any]:
    """Status, and the slug or the answer."""
    async with product.http(token) as http:
        answer = await http.request(method, path, json=body, headers={"Idempotency-Key": key or "k"})
    return answer.status_code, answer.json().get("error") or answer.json()


async def link(product: Product, ward: str, coins: int = 0) -> str:
    """Links a ward with a guardian of its own; the guardian's token."""
    body = {"id": f"of-{ward}", "name": "Gil", "ward_name": ward.title()}
    status, told = await ask(product, API_KEY, "PUT", f"/v1/users/{ward}/guardian", body)
    assert 200 == status, told
    if coins:
        await product.grant(ward, coins)
    return product.token(f"of-{ward}", "guardian")


async def allow(product: Product, guardian: str, ward: str, **body: Any) -> None:
    """Changes what the guardian allows."""
    status, told = await ask(product, guardian, "PUT", f"/v1/guardian/wards/{ward}/limits", body)
    assert 200 == status, told


async def answered(client: Client, gift_id: str, times: int = 1) -> GiftAccepted | Error:
    """The latest of so many answers to a gift."""

    def found() -> list[GiftAccepted | Error]:
        return [told for told in client.messages if isinstance(told, GiftAccepted | Error) and told.id == gift_id]

    await client.wait(lambda: len(found()) >= times)
    return found()[times - 1]


def said(told: GiftAccepted | Error) -> str:
    """What an answer comes to: a slug, with the limit where it is one; `duplicate` or `accepted`."""
    if isinstance(told, Error):
        return f"{told.error} {told.details['limit']}" if told.error == "limit_reached" else told.error
    return "duplicate" if told.duplicate else "accepted"


async def give(client: Client, gift_id: str, gift: str = "rose", quantity: int = 1) -> None:
    """Sends a gift."""
    await client.say({"type": "send_gift", "id": gift_id, "gift": gift, "quantity": quantity})


async def asked_of(product: Product, guardian: str) -> ApprovalList:
    """What a guardian is asked."""
    found: ApprovalList = await read(product, "/v1/guardian/approvals", ApprovalList, guardian)
    return found


@pytest.mark.parametrize("bound", ["day", "locked"])
async def test_a_guardian_bounds_all_that_is_under_way(product: Product, bound: str) -> None:
    """Of 200 gifts at once from four sockets on two workers none passes the cap, and none a lock that was answered."""
    product.wait_for_books()
    ward, room = f"race-{bound}", await product.open_room(f"race-{bound}")
    guardian = await link(product, ward, 100_000)
    if bound == "day":
        await allow(product, guardian, ward, day=1000)
    async with AsyncExitStack() as joined:
        clients = [await joined.enter_async_context(product.join(ward, room)) for _ in range(4)]
        ids = {client: [new_id() for _ in range(50)] for client in clients}
        sending = [give(client, gift_id, quantity=10) for client in clients for gift_id in ids[client]]
        if bound == "locked":
            sending.insert(20, ask(product, guardian, "PUT", f"/v1/guardian/wards/{ward}/lock", {"locked": True}))  # type: ignore[arg-type]
        await asyncio.gather(*sending)
        told = [said(await answered(client, gift_id)) for client in clients for gift_id in ids[client]]
        spent = 100_000 - await product.coins(ward)
        assert spent == 10 * told.count("accepted")
        if bound == "day":
            assert (1000, 100) == (spent, told.count("limit_reached guardian_day"))
        else:
            after = new_id()
            await give(clients[0], after)
            assert "locked" == said(await answered(clients[0], after))
            assert spent == 100_000 - await product.coins(ward)
            assert {"accepted", "locked"} >= set(told)


async def test_what_is_approved_goes_exactly_once(product: Product) -> None:
    """Asked, approved, told to all sockets; then that gift goes once, however often it is sent, and no other does."""
    product.wait_for_books()
    room = await product.open_room("approve")
    guardian = await link(product, "wim", 1000)
    await allow(product, guardian, "wim", approve_from=50)
    async with product.join("wim", room) as wim, product.join("wim", room) as elsewhere:
        gift, small = new_id(), new_id()
        await give(wim, small, quantity=49)
        assert "accepted" == said(await answered(wim, small))
        await give(wim, gift, quantity=50)
        waits = await answered(wim, gift)
        assert isinstance(waits, Error)
        assert ("approval_needed", f"wim:{gift}") == (waits.error, waits.details["approval"])
        await give(elsewhere, gift, quantity=50)
        assert "approval_needed" == said(await answered(elsewhere, gift))
        (asked,) = (await asked_of(product, guardian)).approvals
        assert (waits.details["approval"], "Wim", 50, "rose", "Nova", "asked") == (
            asked.id,
            asked.ward_name,
            asked.coins,
            asked.about.gift,
            asked.about.receiver_name,
            asked.state,
        )
        assert 951 == await product.coins("wim")
        path = f"/v1/guardian/approvals/{asked.id}"
        stranger = product.token("of-nobody", "guardian")
        assert (404, "unknown_approval") == await ask(product, stranger, "POST", path, {"approve": True})
        decided = await asyncio.gather(*(ask(product, guardian, "POST", path, {"approve": True}) for _ in range(4)))
        assert ["approved"] * 4 == [told["state"] for _, told in decided]
        assert (409, "already_decided") == await ask(product, guardian, "POST", path, {"approve": False})
        for client in (wim, elsewhere):
            told = await client.until(ApprovalDecided)
            assert (asked.id, True) == (told.id, told.approved)
        await asyncio.gather(*(give(client, gift, quantity=50) for client in (wim, elsewhere, wim, elsewhere)))
        answers = [await answered(wim, gift, 2), await answered(wim, gift, 3)]
        answers += [await answered(elsewhere, gift, 2), await answered(elsewhere, gift, 3)]
        assert ["accepted", *["duplicate"] * 3] == sorted(map(said, answers))
        other = new_id()
        await give(wim, other, quantity=50)
        assert "approval_needed" == said(await answered(wim, other))
    assert 901 == await product.coins("wim")


async def test_what_is_refused_never_goes(product: Product) -> None:
    """By the guardian, with another content under its id, or because nobody answers for the ward any more."""
    product.wait_for_books()
    room = await product.open_room("refuse")
    guardian = await link(product, "ida", 1000)
    await allow(product, guardian, "ida", approve_from=1)
    async with product.join("ida", room) as ida:
        no, gone = new_id(), new_id()
        for gift in (no, gone):
            await give(ida, gift)
            assert "approval_needed" == said(await answered(ida, gift))
        await give(ida, no, quantity=2)
        assert "id_reused" == said(await answered(ida, no, 2))
        status, told = await ask(product, guardian, "POST", f"/v1/guardian/approvals/ida:{no}", {"approve": False})
        assert (200, "refused") == (status, told["state"])
        assert not (await ida.until(ApprovalDecided, lambda event: event.id == f"ida:{no}")).approved
        await give(ida, no)
        assert "limit_reached guardian" == said(await answered(ida, no, 3))
        assert 200 == (await ask(product, guardian, "DELETE", "/v1/guardian/wards/ida"))[0]
        assert not (await ida.until(ApprovalDecided, lambda event: event.id == f"ida:{gone}")).approved
        await give(ida, gone)
        assert "limit_reached guardian" == said(await answered(ida, gone, 2))
        assert [] == (await asked_of(product, guardian)).approvals
        free = new_id()
        await give(ida, free)
        assert "accepted" == said(await answered(ida, free))
    assert 999 == await product.coins("ida")


async def test_hours_blocks_and_caps_hold_beside_the_wards_own(product: Product) -> None:
    """The stricter limit holds; the ward sees the guardian's, and changes none of it."""
    product.wait_for_books()
    room = await product.open_room("bounds")
    guardian = await link(product, "ben", 1000)
    await allow(product, guardian, "ben", gift=20, blocked_streamers=["streamer"])
    ben = product.token("ben")
    assert 200 == (await ask(product, ben, "PUT", "/v1/me/limits", {"gift": 10}))[0]
    view: LimitsView = await read(product, "/v1/me/limits", LimitsView, ben)
    assert view.guardian is not None
    assert view.guardian_limits is not None
    assert ("of-ben", 10, 20, ("streamer",)) == (
        view.guardian.id,
        view.limits.gift,
        view.guardian_limits.gift,
        view.guardian_limits.blocked,
    )

    async def gives(quantity: int) -> str:
        gift = new_id()
        await give(client, gift, quantity=quantity)
        return said(await answered(client, gift))

    async with product.join("ben", room) as client:
        assert "limit_reached guardian_streamer" == await gives(1)
        await allow(product, guardian, "ben", blocked_streamers=[])
        assert "limit_reached gift" == await gives(11)
        await allow(product, guardian, "ben", gift=5)
        assert "limit_reached guardian_gift" == await gives(6)
        minute = view.resets.day_ms // 60_000 % 1440
        now = (minute + 720) % 1440
        halves = [{"from": 0, "to": 720}, {"from": 720, "to": 0}]
        told = []
        for hours in halves:
            await allow(product, guardian, "ben", hours=hours)
            told.append(await gives(1))
        assert ["accepted", "limit_reached guardian_hours"] == sorted(told), now
        await allow(product, guardian, "ben", hours=None)
        assert "accepted" == await gives(1)


async def test_purchases_wait_too(product: Product) -> None:
    """A purchase from that amount on is asked for; with a yes the same key opens one checkout, with a no none."""
    product.wait_for_books()
    guardian = await link(product, "pia")
    await allow(product, guardian, "pia", approve_from=100)
    pia, body = product.token("pia"), {"coins": 100}
    assert 201 == (await ask(product, pia, "POST", "/v1/me/purchases", {"coins": 99}, "small"))[0]
    for key in ("yes", "no", "yes"):
        assert (403, "approval_needed") == await ask(product, pia, "POST", "/v1/me/purchases", body, key)
    assert (409, "id_reused") == await ask(product, pia, "POST", "/v1/me/purchases", {"coins": 101}, "yes")
    asked = (await asked_of(product, guardian)).approvals
    assert [("purchase", 100)] * 2 == [(one.kind, one.coins) for one in asked]
    first, second = sorted(asked, key=lambda one: one.asked_ms)
    assert 200 == (await ask(product, guardian, "POST", f"/v1/guardian/approvals/{first.id}", {"approve": True}))[0]
    assert 200 == (await ask(product, guardian, "POST", f"/v1/guardian/approvals/{second.id}", {"approve": False}))[0]
    bought = [await ask(product, pia, "POST", "/v1/me/purchases", body, "yes") for _ in range(2)]
    assert [201, 201] == [status for status, _ in bought]
    assert bought[0][1]["id"] == bought[1][1]["id"]
    assert (409, "limit_reached") == await ask(product, pia, "POST", "/v1/me/purchases", body, "no")
    assert 200 == (await ask(product, guardian, "PUT", "/v1/guardian/wards/pia/lock", {"locked": True}))[0]
    assert (403, "locked") == await ask(product, pia, "POST", "/v1/me/purchases", {"coins": 99}, "locked")


async def test_promotions_wait_too(product: Product) -> None:
    """A promotion from that amount on is asked for, the guardian told of it at once; with a yes it runs, paid once."""
    product.wait_for_books()
    room = await product.open_room("promoted")
    guardian = await link(product, "pam", 1000)
    await allow(product, guardian, "pam", approve_from=151)
    pam, body = product.token("pam"), {"room": room, "package": "full_house"}
    small = await ask(product, pam, "POST", "/v1/me/promotions", {**body, "package": "first_look"}, "small")
    assert (201, "running") == (small[0], small[1]["status"])
    needed = (403, "approval_needed")
    async with listening(product, guardian) as line:
        told = []
        for key in ("yes", "no"):
            assert needed == await ask(product, pam, "POST", "/v1/me/promotions", body, key)
            told.append((await until(line, ApprovalAsked)).id)
    assert needed == await ask(product, pam, "POST", "/v1/me/promotions", body, "yes")
    second, first = (await asked_of(product, guardian)).approvals
    assert [first.id, second.id] == told
    assert ("promotion", 500, room, "asked") == (first.kind, first.coins, first.about.room, first.state)
    assert 850 == await product.coins("pam")
    for one, approve in ((first, True), (second, False)):
        path = f"/v1/guardian/approvals/{one.id}"
        assert 200 == (await ask(product, guardian, "POST", path, {"approve": approve}))[0]
    ran = await asyncio.gather(*(ask(product, pam, "POST", "/v1/me/promotions", body, "yes") for _ in range(4)))
    assert [201] * 4 == [status for status, _ in ran]
    assert 1 == len({promotion["id"] for _, promotion in ran})
    assert (409, "limit_reached") == await ask(product, pam, "POST", "/v1/me/promotions", body, "no")
    assert 350 == await product.coins("pam")


async def test_minors_need_a_guardian(product: Product) -> None:
    """A minor neither sends, buys, promotes nor is given to, until a guardian answers for them."""
    product.wait_for_books()
    await product.grant("kim", 100)
    await product.grant("adult", 100)
    room = await product.open_room("minors")
    minors = "by-minor"
    opened = {"id": minors, "title": "A test", "streamer": {"id": "mia", "name": "Mia", "minor": True}}
    status, told = await ask(product, API_KEY, "POST", "/v1/rooms", opened)
    assert (201, {"id": "mia", "name": "Mia"}) == (status, told["streamer"])
    kim = product.token("kim", minor=True)

    async def tries() -> list[str]:
        ids = [new_id(), new_id()]
        async with product.join("kim", room, minor=True) as sender, product.join("adult", minors) as giver:
            for client, gift in zip((sender, giver), ids, strict=True):
                await give(client, gift)
            told = [said(await answered(client, gift)) for client, gift in zip((sender, giver), ids, strict=True)]
        buys = await ask(product, kim, "POST", "/v1/me/purchases", {"coins": 50}, new_id())
        promotes = await ask(
            product, kim, "POST", "/v1/me/promotions", {"room": room, "package": "first_look"}, new_id()
        )
        return [*told, "accepted" if buys[0] == 201 else buys[1], "accepted" if promotes[0] == 201 else promotes[1]]

    assert ["minor"] * 4 == await tries()
    assert (403, "minor") == await ask(
        product, product.token("gus", "guardian", minor=True), "POST", "/v1/guardian/wards", {"code": "x"}
    )
    for ward in ("kim", "mia"):
        await link(product, ward)
    assert "minor" not in await tries()
    assert ["accepted"] * 3 == (await tries())[:3]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"gift": -1},
        {"day": 1.5},
        {"week": "10"},
        {"month": 10**13},
        {"approve_from": True},
        {"hours": {"from": 0}},
        {"hours": {"from": 5, "to": 5}},
        {"hours": {"from": 0, "to": 1440}},
        {"hours": [0, 1]},
        {"blocked_streamers": None},
        {"blocked_streamers": ["no id"]},
        {"blocked_streamers": ["s"] * 201},
    ],
)
async def test_bad_limits_are_refused(product: Product, body: Any) -> None:
    """Each thing that is wrong is `bad_request`, and changes nothing."""
    token = product.token("of-bad", "guardian")
    if body is None:
        await link(product, "bad")
    assert (400, "bad_request") == await ask(product, token, "PUT", "/v1/guardian/wards/bad/limits", body)
    view: LimitsView = await read(product, "/v1/guardian/wards/bad/limits", LimitsView, token)
    assert view.guardian_limits is not None
    assert (None, None, ()) == (view.guardian_limits.gift, view.guardian_limits.day, view.guardian_limits.blocked)
    for path in ("/v1/guardian/wards/bad/lock", "/v1/guardian/approvals/bad:x"):
        wrong = await ask(product, token, "PUT" if "lock" in path else "POST", path, {"locked": 1, "approve": "yes"})
        assert (400, "bad_request") == wrong
