"""Money: whole minor units of an ISO 4217 currency, and how many decimals they stand for. Never a float."""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta, Struct

MINOR_MAX = 9_000_000_000_000_000
"""The largest amount that is exact everywhere, in JavaScript and Lua as well."""
AMOUNT_MAX = MINOR_MAX // 9
"""The largest amount in a table, so that it stays exact with its tax."""
_AMOUNT = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,18}))?", re.ASCII)

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC"
    " CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD"
    " KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO"
    " NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL"
    " THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
EXPONENTS = {code: exponent for exponent, codes in _DECIMALS.items() for code in codes.split()}
"""The currencies that people pay in, and their decimals."""


class Money(Struct, frozen=True, gc=False):
    """An amount of money: `minor` x 10^-`exponent` of the currency's unit."""

    minor: int
    currency: Annotated[str, Meta(max_length=3)]
    exponent: int

    def __str__(self) -> str:
        """The amount as a plain decimal, with its currency: `9.99 USD`."""
        sign, digits = "-" if self.minor < 0 else "", f"{abs(self.minor):0{self.exponent + 1}d}"
        if not self.exponent:
            return f"{sign}{digits} {self.currency}"
        return f"{sign}{digits[: -self.exponent]}.{digits[-self.exponent :]} {self.currency}"


def money(minor: int, currency: str) -> Money:
    """So many minor units. The currency is a key of EXPONENTS."""
    return Money(minor, currency, EXPONENTS[currency])


def minor_units(amount: str, currency: str) -> int:
    """An amount as people write it, `9.99`, in minor units of a currency that is a key of EXPONENTS.

    Raises:
        ValueError: it is no such amount, has more decimals than the currency, or is too large.
    """
    exponent = EXPONENTS[currency]
    found = _AMOUNT.fullmatch(amount)
    if found is None:
        example = f"9.{'9' * exponent}" if exponent else "9"
        raise ValueError(f'an amount of {currency} like "{example}" is expected')
    whole, decimals = found[1], (found[2] or "").rstrip("0")
    if len(decimals) > exponent:
        raise ValueError(f"{currency} has {exponent} decimals, {amount} has more")
    minor = int(whole + decimals.ljust(exponent, "0"))
    if minor > AMOUNT_MAX:
        raise ValueError(f"an amount of at most {money(AMOUNT_MAX, currency)} is expected")
    return minor
