"""HTTP for coins: the catalogue, the wallet, the status of a gift send, grants once for each key."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
import redis

from app.base.ids import time_of, uuid7
from app.rules import catalogue
from app.rules.gifts import GiftSendStatus
from app.rules.messages import (
    GiftAccepted,
    Gifts,
    WalletView,
)
from app.store.keys import Keys
from app.store.ledger import ID_BUCKET_MS
from app.store.server import StoreServer
from tests.edge.http.buying import WEBHOOK_SECRET, buy, event, tell
from tests.edge.inside import worker
from tests.edge.product import Product
from tests.edge.reading import read, refusal
from tests.edge.site import API_KEY, new_id

SETTINGS = {"gift_rate": 0, "workers": 2, "demo_webhook_secret": WEBHOOK_SECRET}
GRANT: dict[str, Any] = {"user": "g", "coins": 10, "reason": "a test"}

PARTITIONS = (1, 4)


async def test_gifts_are_the_catalogue(product: Product) -> None:
    """Everyone may read what can be sent."""
    known = catalogue.load()
    assert Gifts(known.version, known.gifts) == await read(product, "/v1/gifts", Gifts)


async def test_wallet_is_what_was_granted_less_what_was_spent(product: Product) -> None:
    """A person sees the coins and a version that grows."""
    empty = await read(product, "/v1/me/wallet", WalletView, product.token("newcomer"))
    assert 0 == empty.coins
    await product.grant("newcomer", 9)
    filled = await read(product, "/v1/me/wallet", WalletView, product.token("newcomer"))
    assert 9 == filled.coins
    assert filled.version > empty.version


async def test_wallet_says_all_that_there_is(product: Product) -> None:
    """What was spent today, what is owed after a payment was taken back, where coins are bought; the platform's too."""
    product.wait_for_books()
    room = await product.open_room("owing")
    purchase = (await buy(product, "owing")).json()
    await tell(product, event(purchase, payment_intent="pi_owing"))
    async with product.join("owing", room) as viewer:
        await viewer.send_gift(new_id(), "rose", quantity=70)
    await tell(product, event(purchase, "charge.dispute.created", payment_intent="pi_owing", status="needs_response"))
    german = product.token("owing", country="DE")

    async def wallet() -> WalletView:
        found: WalletView = await read(product, "/v1/me/wallet", WalletView, german)
        return found

    # A machine that is busy keeps its books later than an answer waits for them.
    async with asyncio.timeout(30):
        while (await wallet()).spent_today != 70:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    mine = await wallet()
    theirs = await read(product, "/v1/users/owing/wallet", WalletView, API_KEY)

    assert (0, 70, 70, "DE", "EUR", None) == (
        mine.coins,
        mine.debt,
        mine.spent_today,
        mine.country,
        mine.currency,
        mine.limits,
    )
    assert (0, 70, 70, "US", "USD") == (theirs.coins, theirs.debt, theirs.spent_today, theirs.country, theirs.currency)


async def test_nobody_keeps_what_a_person_has(product: Product) -> None:
    """Wallets, gifts' fates, logins, grants and what refuses them are in no cache."""
    async with product.http(product.token("newcomer")) as http:
        answers = [await http.get(path) for path in ("/v1/me/wallet", f"/v1/gift-sends/{new_id()}", "/v1/gift-sends/x")]
        answers.append(await http.post("/v1/demo/login", json={"name": "X"}))
    async with product.platform() as http:
        answers.append(
            await http.post("/v1/grants", json={**GRANT, "user": "kept"}, headers={"Idempotency-Key": new_id()})
        )
    assert [200, 200, 400, 200, 200] == [answer.status_code for answer in answers]
    assert ["no-store"] * 5 == [answer.headers.get("cache-control") for answer in answers]


async def test_gift_send_has_a_status(product: Product) -> None:
    """Applied, refused, pending, never: every id has an answer."""
    product.wait_for_books()
    room = await product.open_room("status")
    await product.grant("asker", 10)
    token = product.token("asker")

    async def status(gift_id: str) -> GiftSendStatus:
        found: GiftSendStatus = await read(product, f"/v1/gift-sends/{gift_id}", GiftSendStatus, token)
        return found

    unsent = new_id()
    async with product.join("asker", room) as asker:
        sent, refused = new_id(), new_id()
        receipt = await asker.send_gift(sent, quantity=4)
        await asker.send_gift(refused, quantity=400)
    assert isinstance(receipt, GiftAccepted)
    applied = await status(sent)
    assert ("applied", receipt.n, 4, "4") == (applied.status, applied.n, applied.coins, applied.diamonds)
    assert (receipt.balance, receipt.streak) == (applied.balance, applied.streak)
    denied = await status(refused)
    assert ("refused", "insufficient_coins") == (denied.status, denied.error)
    assert {"coins": 6, "price": 400} == denied.details
    assert "pending" == (await status(unsent)).status
    assert "pending" == (await status(uuid7(int((time.time() + 3600) * 1000)))).status
    long_ago = uuid7(int((time.time() - 3600) * 1000))
    assert "never" == (await status(long_ago)).status
    # Nobody is told of another one's gifts.
    other = await read(product, f"/v1/gift-sends/{sent}", GiftSendStatus, product.token("nosy"))
    assert "pending" == other.status


async def test_status_outlives_the_memory_of_ids(store: StoreServer) -> None:
    """When the stored answers are long forgotten, the journal still knows which gifts were paid."""
    async with worker(store.url) as site:
        await site.grant("asker", 10)
        token = site.token("asker", for_s=7200)
        async with site.join("asker") as asker:
            sent, unsent = new_id(), new_id()
            await asker.send_gift(sent, quantity=4)
        before = await read(site, f"/v1/gift-sends/{sent}", GiftSendStatus, token)
        bucket = time_of(sent) // ID_BUCKET_MS
        with redis.Redis(unix_socket_path=store.url.removeprefix("unix://")) as client:
            assert 1 == client.delete(Keys().idem(bucket))
            client.hset(Keys().totals, "forgotten", (bucket + 1) * ID_BUCKET_MS)

        assert "applied" == before.status
        assert before == await read(site, f"/v1/gift-sends/{sent}", GiftSendStatus, token)
        assert "never" == (await read(site, f"/v1/gift-sends/{unsent}", GiftSendStatus, token)).status


@pytest.mark.parametrize("gift_id", ["x", "0b8c2d5e-9f9b-4c3a-8a51-0d3a7a5b0e11", "%20"])
async def test_gift_send_of_no_id_is_a_problem(product: Product, gift_id: str) -> None:
    """Only a UUIDv7 can have been sent."""
    assert "bad_request" == (await refusal(product, f"/v1/gift-sends/{gift_id}", product.token("ann"))).error


async def test_grant_is_given_once_for_each_key(product: Product) -> None:
    """The same key and body give the same answer, however often; another body is 409; another key gives again."""
    key = {"Idempotency-Key": new_id()}
    grant = {**GRANT, "user": "granted"}
    async with product.platform() as http:
        first = await http.post("/v1/grants", json=grant, headers=key)
        again = await http.post("/v1/grants", json=grant, headers=key)
        others = [
            await http.post("/v1/grants", json={**grant, name: value}, headers=key)
            for name, value in (("coins", 11), ("user", "other"), ("reason", "because"))
        ]
        await http.post("/v1/grants", json=grant, headers={"Idempotency-Key": new_id()})
    assert (200, 200) == (first.status_code, again.status_code)
    assert first.json() == again.json()
    assert (10, "granted") == (first.json()["balance"]["coins"], first.json()["user"])
    assert (None, "true") == (first.headers.get("idempotency-replayed"), again.headers.get("idempotency-replayed"))
    assert [(409, "id_reused")] * 3 == [(answer.status_code, answer.json()["error"]) for answer in others]
    assert (20, 0) == (await product.coins("granted"), await product.coins("other"))


async def test_fifty_copies_of_one_grant_are_one(product: Product) -> None:
    """At the same time, over many connections and two workers, coins are given once."""
    grant, key = {**GRANT, "user": "fifty"}, {"Idempotency-Key": new_id()}

    async def ask() -> dict[str, Any]:
        async with product.platform() as http:
            answer: dict[str, Any] = (await http.post("/v1/grants", json=grant, headers=key)).json()
            return answer

    answers = await asyncio.gather(*(ask() for _ in range(50)))
    assert all(answer == answers[0] for answer in answers)
    assert 10 == await product.coins("fifty")


async def test_operators_keys_are_their_own(product: Product) -> None:
    """Those who choose the same key do not meet, whatever they are called: the platform's like nobody's."""
    key = {"Idempotency-Key": new_id()}
    grant = {**GRANT, "user": "shared"}
    async with product.platform() as http:
        await http.post("/v1/grants", json=grant, headers=key)
    for user in ("op", "platform", "demo", "person"):
        async with product.http(product.token(user, "operator")) as http:
            answer = await http.post("/v1/grants", json=grant, headers=key)
            assert (200, None) == (answer.status_code, answer.headers.get("idempotency-replayed")), user
    assert 50 == await product.coins("shared")


@pytest.mark.parametrize(
    "change",
    [
        {"coins": 0},
        {"coins": -5},
        {"coins": 1.5},
        {"coins": "5"},
        {"coins": 10**13},
        {"reason": ""},
        {"reason": " \u200b"},
        {"user": "a b"},
        {"user": ""},
    ],
)
async def test_grant_that_is_none_is_refused(product: Product, change: dict[str, Any]) -> None:
    """What is wrong with a grant is a problem, and nothing is given."""
    async with product.platform() as http:
        answer = await http.post("/v1/grants", json={**GRANT, **change}, headers={"Idempotency-Key": new_id()})
    assert (400, "bad_request") == (answer.status_code, answer.json()["error"])
    assert 0 == await product.coins("g")


@pytest.mark.parametrize("key", [None, "", "x" * 201])
async def test_grant_needs_a_key(product: Product, key: str | None) -> None:
    """Without a key of reasonable length nothing is given."""
    async with product.platform() as http:
        answer = await http.post("/v1/grants", json=GRANT, headers={"Idempotency-Key": key} if key is not None else {})
    assert (400, "bad_request") == (answer.status_code, answer.json()["error"])


async def test_more_coins_than_numbers_can_hold_are_not_given(product: Product) -> None:
    """All that was ever issued stays below what is exact everywhere."""
    async with product.platform() as http:
        statuses = [
            (
                await http.post(
                    "/v1/grants", json={**GRANT, "user": "r", "coins": 10**12}, headers={"Idempotency-Key": new_id()}
                )
            )
            for _ in range(3)
        ]
    assert [200, 200, 200] == [answer.status_code for answer in statuses]
    assert 3 * 10**12 == await product.coins("r")
