"""Payouts by bank: they wait for a file that an operator takes to the bank, and for the report that it sends back."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import to_builtins

from app.rails.payouts.accounts import Account, account
from app.rails.payouts.rail import Destination, Given, Outcome, Transfer, bad_destination, no_webhooks

WAITS = "waits for the bank"


class Bank:
    """Transfers from the platform's own account. `pain001.document` makes the file, `pain002.read` reads the report."""

    name = "bank"

    def __init__(self, debtor: Account) -> None:
        self.debtor = debtor

    def destination(self, given: Given, currency: str) -> Destination:
        """The account's fields: name, and iban, or account with bic or routing."""
        if isinstance(given, str):
            raise bad_destination(self.name, "an object with name and iban, or name, account and bic, is expected")
        try:
            found = account(given, currency)
        except ValueError as error:
            raise bad_destination(self.name, str(error)) from None
        return Destination(to_builtins(found), found.masked)

    async def submit(self, transfer: Transfer) -> Outcome:
        """Leaves it to the next file."""
        return Outcome("pending", transfer.id, WAITS)

    async def poll(self, transfer: Transfer, reference: str) -> Outcome:
        """Only the bank's report says what became of it."""
        return Outcome("pending", reference, WAITS)

    async def heard_of(self, headers: Mapping[str, str], body: bytes) -> str:
        """It sends none."""
        raise no_webhooks(self.name)

    async def close(self) -> None:
        """Nothing is open."""


def own_account(name: str, number: str, bic: str) -> Account:
    """The platform's account from its settings; the number may be an IBAN.

    Raises:
        ValueError: what is expected instead.
    """
    fields = {"name": name, "bic": bic}
    letters = number.replace(" ", "")
    is_iban = letters[:2].isalpha() and letters[2:4].isdigit()
    return account({**fields, "iban" if is_iban else "account": number}, "EUR")
