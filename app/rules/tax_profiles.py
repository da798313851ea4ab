"""A streamer's tax profile: where they live, which form they gave, and until when it is good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from app.base.errors import Refusal
from app.rules import countries
from app.rules.tables import milliseconds
from app.rules.taxes import Form

TIN_LAST = 4
# A form W-8BEN is good for the rest of the year that it is signed in, and three more.
W8BEN_YEARS = 3


class TaxProfileRequest(Struct, frozen=True, kw_only=True):
    """The body of PUT /v1/me/tax-profile. `tin` is the taxpayer's number; `treaty` claims the tax treaty's rate."""

    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
    form: Form
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    tin: Annotated[str, Meta(max_length=40)] | None = None
    treaty: bool = False


class TaxProfile(Struct, frozen=True, kw_only=True):
    """A profile as the archive keeps it. `tin` is "" where none was given; `expires_ms` is 0 where it never ends."""

    user: str
    country: str
    form: Form
    name: str
    tin: str
    treaty: bool
    signed_ms: int
    expires_ms: int


class TaxProfileView(Struct, frozen=True, kw_only=True):
    """A profile as its owner sees it: of the taxpayer's number no more than its end."""

    country: str
    form: Form
    name: str
    tin_last4: str | None
    treaty: bool
    signed_ms: int
    expires_ms: int | None


def check(request: TaxProfileRequest) -> None:
    """Raises Refusal `bad_request` where the profile contradicts itself."""
    if request.country not in countries.CODES:
        raise Refusal("bad_request", "country is one of ISO 3166, like DE.", field="country")
    has_tin = bool((request.tin or "").strip())
    if request.form == "W-9" and not has_tin:
        raise Refusal("bad_request", "tin is needed with form W-9.", field="tin")
    if request.treaty and request.form != "W-8BEN":
        raise Refusal("bad_request", "treaty is claimed with form W-8BEN.", field="treaty")
    if request.treaty and not has_tin:
        raise Refusal("bad_request", "tin is needed where a treaty is claimed.", field="tin")


def expires_ms(form: Form, signed_ms: int) -> int:
    """Until when a form that was signed then is good; 0: for ever."""
    if form != "W-8BEN":
        return 0
    year = datetime.fromtimestamp(signed_ms // 1000, UTC).year
    return milliseconds(datetime(year + W8BEN_YEARS + 1, 1, 1, tzinfo=UTC))


def good(profile: TaxProfile | None, now_ms: int) -> TaxProfile:
    """The profile, where there is one that counts now.

    Raises:
        Refusal: `tax_profile_needed`.
    """
    if profile is None:
        raise Refusal("tax_profile_needed", "Say first where you pay taxes: PUT /v1/me/tax-profile.")
    if profile.expires_ms and profile.expires_ms <= now_ms:
        message = f"Your form {profile.form} has expired; give it again."
        raise Refusal("tax_profile_needed", message, expires_ms=profile.expires_ms)
    return profile


def view(profile: TaxProfile) -> TaxProfileView:
    """What its owner sees."""
    return TaxProfileView(
        country=profile.country,
        form=profile.form,
        name=profile.name,
        tin_last4=profile.tin[-TIN_LAST:] or None,
        treaty=profile.treaty,
        signed_ms=profile.signed_ms,
        expires_ms=profile.expires_ms or None,
    )
