"""Holds the store against the books: every balance, every frozen flag, every total, page by page, while it is used."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence

from msgspec import Struct

from app.actions.books.books_in_use import BooksInUse
from app.archive.frozen import frozen_among, frozen_page
from app.archive.statements import accounts_at
from app.rules.figures import Figures, figures_of, totals_of
from app.rules.postings import is_stored, owner_of
from app.store.audit import PAGE, Audit, Page

FROZEN = "frozen "


class Difference(Struct, frozen=True):
    """An account, a `total` or a `frozen` flag that is not what the books give; `what` is its one name."""

    what: str
    store: int | str
    books: int | str

    @property
    def amount(self) -> int:
        """By how much; 1 where that is no number."""
        if isinstance(self.store, int) and isinstance(self.books, int):
            return abs(self.store - self.books)
        return 1

    def __str__(self) -> str:
        return f"{self.what}: the store has {self.store}, the journal gives {self.books}"


Differs = Callable[[Difference], None]
"""Told of what differs. Of one thing it may be told more than once."""


class Comparison:
    """The comparison of one store with its books, which may be exchanged for those of a later base on the way.

    Attributes:
        figures: of the accounts that the archive had at the base, as far as they were compared.
        wallets: how many wallets there are, as far as they were compared.
    """

    def __init__(self, audit: Audit, books: BooksInUse, differs: Differs) -> None:
        self.books = books
        self.figures = Figures()
        self.wallets = 0
        self._audit = audit
        self._differs = differs

    async def pages(self) -> AsyncIterator[int]:
        """Compares all but the totals; the place in the archive's accounts that is reached, after each page.

        Raises:
            ArchiveError, StoreError, Refusal: as BooksInUse.go_on.
        """
        at = 0
        while (found := await self._accounts(at)) != at:
            at = found
            yield at
        async for users in self._audit.users():
            await self._unknown(users)
            yield at
        entered = [name for name in self.books.replay.balances if is_stored(name)]
        self.wallets += _wallets(name for name in entered if name not in self.books.before)
        for start in range(0, len(entered), PAGE):
            await self.again(entered[start : start + PAGE])
            yield at
        async for users in self._audit.frozen():
            await self._frozen(users)
            yield at
        entered = [FROZEN + user for user in self.books.frozen]
        for start in range(0, len(entered), PAGE):
            await self.again(entered[start : start + PAGE])
            yield at
        last = ""
        while users := await self.books.archive.read(frozen_page, last, PAGE, self.books.partition):
            await self._frozen(users)
            last = users[-1]
            yield at

    async def again(self, whats: Sequence[str]) -> None:
        """Compares accounts and flags by name, of PAGE persons at most: some may be new, and gone from the store."""
        names = [name for name in whats if is_stored(name)]
        page, at_base = await self._read({owner_of(name) for name in names}), await self.books.at_base(names)
        for name in names:
            expected = self.books.replay.balances.get(name, at_base.get(name, 0))
            self._compare(name, page.accounts[name], expected)
        await self._frozen([what.removeprefix(FROZEN) for what in whats if what.startswith(FROZEN)])

    async def totals(self, figures: Figures) -> Page:
        """Compares the totals, the ledger's figures at the base being these; what the store has. Raises as `pages`."""
        page = await self._audit.read()
        books = self.books
        await books.go_on(page.n)
        for name, expected in {"n": books.replay.n, **totals_of(figures + books.moved)}.items():
            self._compare(f"total {name}", page.totals[name], expected)
        self._compare("head of the chain", page.head, books.replay.head)
        return page

    async def _accounts(self, after_id: int) -> int:
        """Compares the next accounts that the archive had at the base; the id of the last of them."""
        books = self.books
        last, at_base = await books.archive.read(accounts_at, books.base.n, after_id, PAGE, books.partition)
        self.figures += figures_of(at_base)
        self.wallets += _wallets(at_base)
        page = await self._read({owner_of(name) for name in at_base if is_stored(name)})
        for name, balance in at_base.items():
            if is_stored(name):
                self._compare(name, page.accounts[name], books.replay.balances.get(name, balance))
        return last

    async def _unknown(self, users: Sequence[str]) -> None:
        """Compares those of these users' balances that the archive did not know at the base."""
        page = await self._read(users)
        names = [name for name, balance in page.accounts.items() if balance]
        at_base = await self.books.at_base(names)
        for name in names:
            if name not in at_base:
                self._compare(name, page.accounts[name], self.books.replay.balances[name])

    async def _frozen(self, users: Sequence[str]) -> None:
        if not users:
            return
        # In this order: what the archive learns after it was asked, the books enter again.
        archived = await self.books.archive.read(frozen_among, users, self.books.partition)
        page = await self._read(users)
        for user in users:
            is_frozen = self.books.frozen.get(user, user in archived)
            self._compare(FROZEN + user, int(user in page.frozen), int(is_frozen))

    async def _read(self, users: Sequence[str] | set[str]) -> Page:
        page = await self._audit.read(list(users))
        await self.books.go_on(page.n)
        return page

    def _compare(self, what: str, store: int | str, books: int | str) -> None:
        if store != books:
            self._differs(Difference(what, store, books))


def _wallets(names: Iterable[str]) -> int:
    return sum(is_stored(name) and name.endswith(":coins") for name in names)
