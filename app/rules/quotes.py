"""What a payout comes to: each step from diamonds to what is paid, in minor units, and what rounding left over."""

from __future__ import annotations

from msgspec import Struct

from app.base.errors import Refusal
from app.rules.currencies import Money, money
from app.rules.money import MILLI, PPM, diamonds_text
from app.rules.rates import RateCard
from app.rules.roundings import Rounding, divide
from app.rules.tables import DAY_MS
from app.rules.taxes import Withholding

MICRO_DIGITS = 6
# The reasons of the steps. Pages have them in the reader's language.
WHYS = {
    "gross": "{diamonds} diamonds at {worth}",
    "gross_rounded": "{diamonds} diamonds at {worth}, rounded down by {left}",
    "service_fee": "{percent} of the gross amount",
    "withholding": "{percent} of the gross amount: {reason}",
    "net": "what is paid to you",
}


class Step(Struct, frozen=True):
    """One step of a quote; deductions are negative, and all steps before the net amount add up to it.

    Attributes:
        why: the reason in English.
        mentions: what it mentions, for those who tell it in another language; null in what earlier versions kept.
        whys: the withholding's reason by language; in English it is mentioned.
    """

    name: str
    amount: Money
    why: str
    mentions: dict[str, str] | None = None
    whys: dict[str, str] = {}


class Quote(Struct, frozen=True, kw_only=True):
    """What so many diamonds come to on a rate card: gross = service fee + withholding + net.

    Attributes:
        milli: the diamonds, in thousandths.
        remainder_micros: what rounding the gross amount down to minor units left over, in millionths of the unit.
        roundings: each one that was done, with what it left over; `value` leaves thousandths of a millionth.
    """

    milli: int
    card: str
    tax_table: str
    gross: Money
    service_fee: Money
    withholding: Money
    net: Money
    remainder_micros: int
    roundings: tuple[Rounding, ...]
    steps: tuple[Step, ...]


def quote(card: RateCard, withheld: Withholding, milli: int) -> Quote:
    """What the diamonds come to.

    The gross amount is rounded down, its remainder stays with the platform and is posted; the fee is rounded down, for
    the streamer; the withholding, on the gross amount, to the nearest.
    """
    value, gross = _value(card, milli)
    fee = divide("service_fee", gross.whole * card.service_fee_ppm, PPM, "down")
    withholding = divide("withholding", gross.whole * withheld.ppm, PPM, "half_up")
    net = gross.whole - fee.whole - withholding.whole
    amounts = {"gross": gross.whole, "service_fee": -fee.whole, "withholding": -withholding.whole, "net": net}
    worth = f"{_plain(card.diamond_value_micros, MICRO_DIGITS)} {card.currency}"
    mentions = {
        "gross": {"diamonds": diamonds_text(milli), "worth": worth},
        "service_fee": {"percent": _percent(card.service_fee_ppm)},
        "withholding": {"percent": _percent(withheld.ppm), "reason": withheld.why},
        "net": {},
    }
    if gross.rest or value.rest:
        left = _plain(gross.rest * MILLI + value.rest, MICRO_DIGITS + 3)
        mentions["gross"]["left"] = f"{left} {card.currency}"
    return Quote(
        milli=milli,
        card=card.id,
        tax_table=withheld.table,
        gross=money(gross.whole, card.currency),
        service_fee=money(fee.whole, card.currency),
        withholding=money(withholding.whole, card.currency),
        net=money(net, card.currency),
        remainder_micros=gross.rest,
        roundings=(value, gross, fee, withholding),
        steps=tuple(
            Step(
                name,
                money(amount, card.currency),
                WHYS[f"{name}_rounded" if "left" in mentions[name] else name].format(**mentions[name]),
                mentions[name],
                withheld.whys if name == "withholding" else {},
            )
            for name, amount in amounts.items()
        ),
    )


def check(quoted: Quote, card: RateCard, available_milli: int, today: Money, now_ms: int) -> None:
    """Raises Refusal where it cannot be paid out: bad_request, insufficient_diamonds, below_minimum, above_maximum.

    `today` is the gross amount of what was asked for since midnight (UTC) and not returned.
    """
    if quoted.milli <= 0:
        raise Refusal("bad_request", "More than zero diamonds are expected.")
    if quoted.milli > available_milli:
        raise Refusal(
            "insufficient_diamonds", diamonds=diamonds_text(quoted.milli), available=diamonds_text(available_milli)
        )
    if quoted.gross.minor < card.least.minor:
        missing = money(card.least.minor - quoted.gross.minor, card.currency)
        diamonds = diamonds_text(least_milli(card))
        raise Refusal(
            "below_minimum",
            f"At least {card.least} is paid out, for {diamonds} diamonds; {missing} is missing.",
            minimum=card.least,
            missing=missing,
            minimum_diamonds=diamonds,
        )
    most = card.most_per_day
    if today.minor + quoted.gross.minor > most.minor:
        left = money(max(0, most.minor - today.minor), card.currency)
        raise Refusal(
            "above_maximum",
            f"At most {most} is paid out in a day; {left} is left of it.",
            maximum=most,
            left=left,
            resets_ms=(now_ms // DAY_MS + 1) * DAY_MS,
        )


def worth(card: RateCard, milli: int) -> Money:
    """What the diamonds come to before fee and tax."""
    return money(_value(card, milli)[1].whole, card.currency)


def least_milli(card: RateCard) -> int:
    """How many milli-diamonds the minimum takes."""
    least_micros = card.least.minor * 10 ** (MICRO_DIGITS - card.least.exponent)
    return divide("minimum", least_micros * MILLI, card.diamond_value_micros, "up").whole


def _value(card: RateCard, milli: int) -> tuple[Rounding, Rounding]:
    value = divide("value", milli * card.diamond_value_micros, MILLI, "down")
    exponent = money(0, card.currency).exponent
    return value, divide("gross", value.whole, 10 ** (MICRO_DIGITS - exponent), "down")


def _plain(amount: int, digits: int) -> str:
    whole, rest = divmod(amount, 10**digits)
    return f"{whole}.{rest:0{digits}d}".rstrip("0") if rest else str(whole)


def _percent(ppm: int) -> str:
    return f"{_plain(ppm, 4)} %"
