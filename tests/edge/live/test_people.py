"""A worker's people: what all connections of one person are told, and how many of them there may be."""

from __future__ import annotations

from contextlib import AsyncExitStack

from app.base.errors import CloseCode
from app.rules.messages import CommentPosted, Error, LevelUp, WalletChanged, Welcome
from tests.edge.live.test_hub import spread
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0, "workers": 2}


async def test_wallet_is_told_to_the_users_other_sockets(product: Product) -> None:
    """A grant and a gift change the wallet on every socket of that user, on both workers, and on nobody else's."""
    room = await product.open_room("wallets")

    async with AsyncExitStack() as stack:
        sockets = await spread(product, stack, "rich", room, 6)
        other = await stack.enter_async_context(product.join("other", room))
        await product.grant("rich", 20)
        for socket in sockets:
            await socket.until(WalletChanged, lambda change: change.balance.coins == 20)
        await sockets[0].send_gift(new_id(), quantity=2)
        for socket in sockets[1:]:
            await socket.until(WalletChanged, lambda change: change.balance.coins == 18)
        await other.ping("nothing before this")

        assert [] == other.all_of(WalletChanged)
        for socket in sockets:
            versions = [change.balance.version for change in socket.all_of(WalletChanged)]
            assert sorted(versions) == versions


async def test_a_level_stands_beside_the_name(product: Product) -> None:
    """Whoever gives enough has a level in all that is shown of them, on both workers, and still when they come back."""
    room = await product.open_room("levels")
    await product.grant("lev", 200)
    async with AsyncExitStack() as stack:
        sockets = await spread(product, stack, "lev", room, 4)
        other = await stack.enter_async_context(product.join("other", room))
        await sockets[0].send_gift(new_id(), "crown", quantity=2)
        reached = await other.until(LevelUp)
        assert ("lev", 1, 1) == (reached.user.id, reached.user.level, reached.level)
        for i, socket in enumerate(sockets):
            await socket.until(LevelUp)
            if i:
                # Word of the wallet has the level with it.
                await socket.until(WalletChanged, lambda change: change.balance.coins == 2)
            await socket.say({"type": "send_comment", "id": f"c{i}", "text": "hi"})
        for i in range(len(sockets)):
            said = await other.until(CommentPosted, lambda comment, i=i: comment.id == f"lev:c{i}")  # type: ignore[misc]
            assert 1 == said.sender.level
        again = await stack.enter_async_context(product.join("lev", room))
        welcome = await again.until(Welcome)
        assert welcome.snapshot is not None
        assert (1, [1]) == (welcome.user.level, [rank.user.level for rank in welcome.snapshot.leaderboard])


async def test_too_many_sockets_of_one_user_close_4505(product: Product) -> None:
    """A user has so many sockets on a worker; one that left makes room for another."""
    async with AsyncExitStack() as stack:
        welcomed, refused = 0, 0
        while refused < 2:
            client = await stack.enter_async_context(product.connect())
            await client.say({"type": "hello", "token": product.token("crowd")})
            first = await client.until((Welcome, Error))
            if isinstance(first, Error):
                assert ("rate_limited", CloseCode.TOO_MANY) == (first.error, await client.closed())
                refused += 1
            else:
                welcomed += 1
        # Ten on each of two workers; the kernel chooses the worker, so one of them may not be full yet.
        assert 10 <= welcomed <= 20
    async with product.join("crowd") as again:
        await again.ping("welcome back")
