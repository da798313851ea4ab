"""Bank accounts: IBANs, BICs and account numbers with a routing number, checked; and what may be shown of them."""

from __future__ import annotations

import re

from msgspec import Struct
from stdnum import bic, iban
from stdnum.exceptions import ValidationError
from stdnum.us import rtn

from app.rails.payouts.latin import latin

NAME_MAX = 70
# Whose banks reach each other by an IBAN alone, in euros.
_SEPA = "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS"
SEPA = frozenset(f"{_SEPA} SE SI SK SM VA".split())
FIELDS = {"name", "iban", "account", "bic", "routing"}
_NUMBER = re.compile(r"[A-Za-z0-9]{4,34}", re.ASCII)


class Account(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account: an IBAN, or a number at the bank that a BIC or a US routing number names.

    Attributes:
        name: of its holder, in Latin letters.
    """

    name: str
    iban: str = ""
    account: str = ""
    bic: str = ""
    routing: str = ""

    @property
    def masked(self) -> str:
        """What may be shown of it: its country or bank, and its end."""
        if self.iban:
            return f"{self.iban[:2]}•• {self.iban[-4:]}"
        return f"{self.bic[:8] or 'US'} •• {self.account[-4:]}"

    def is_sepa(self, currency: str) -> bool:
        """Whether an IBAN is enough to reach it in that currency."""
        return currency == "EUR" and self.iban[:2] in SEPA


def account(fields: dict[str, str], currency: str) -> Account:
    """The account that these fields are.

    Raises:
        ValueError: what is expected instead.
    """
    if unknown := sorted(fields.keys() - FIELDS):
        raise ValueError(f"{unknown[0]} is no field of an account; {', '.join(sorted(FIELDS))} are")
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    found = Account(
        name=_name(given.get("name", "")),
        iban=_checked(iban.validate, given, "iban", "an IBAN with its right check digits"),
        account=_number(given.get("account", "")),
        bic=_checked(bic.validate, given, "bic", "a BIC of 8 or 11 characters"),
        routing=_checked(rtn.validate, given, "routing", "a US routing number of 9 digits"),
    )
    if bool(found.iban) == bool(found.account):
        raise ValueError("iban or account is expected, one of them")
    if found.account and not (found.bic or found.routing):
        raise ValueError("bic or routing is expected with account")
    if found.iban and not found.bic and not found.is_sepa(currency):
        raise ValueError("bic is expected with this iban, as it is not paid in euros within the SEPA")
    return found


def _name(text: str) -> str:
    if not text:
        raise ValueError("name is expected: the holder's, as the bank knows it")
    try:
        name = latin(text)
    except ValueError as error:
        raise ValueError(f"name: {error}") from None
    if len(name) > NAME_MAX:
        raise ValueError(f"name: at most {NAME_MAX} characters are expected")
    return name


def _number(text: str) -> str:
    number = re.sub(r"[ .-]", "", text)
    if text and not _NUMBER.fullmatch(number):
        raise ValueError("account: 4 to 34 letters and digits are expected")
    return number


def _checked(validate: object, given: dict[str, str], name: str, expected: str) -> str:
    text = given.get(name, "")
    if not text:
        return ""
    try:
        return str(validate(text.upper()))  # type: ignore[operator]
    except ValidationError:
        raise ValueError(f"{name}: {expected} is expected") from None
