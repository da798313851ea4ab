"""A streamer gives a tax profile. The taxpayer's number in it is stored, and shown no more than its last four."""

from __future__ import annotations

from app.archive import tax_profiles
from app.archive.archive import Archive
from app.base.errors import Refusal
from app.rails.payouts.tins import tin
from app.rules.tax_profiles import TaxProfile, TaxProfileRequest, check, expires_ms
from app.rules.texts import one_line, seen


async def put_tax_profile(archive: Archive, user: str, request: TaxProfileRequest, now_ms: int) -> TaxProfile:
    """Keeps the profile, in place of the one before.

    Raises:
        Refusal: `bad_request`, with what is wrong.
    """
    check(request)
    number = ""
    if request.tin and request.tin.strip():
        try:
            # Form W-9 is for those who pay taxes in the United States, wherever they live.
            number = tin("US" if request.form == "W-9" else request.country, request.tin.strip())
        except ValueError as error:
            raise Refusal("bad_request", f"{error}.", field="tin") from None
    profile = TaxProfile(
        user=user,
        country=request.country,
        form=request.form,
        name=seen("name", one_line(request.name)),
        tin=number,
        treaty=request.treaty,
        signed_ms=now_ms,
        expires_ms=expires_ms(request.form, now_ms),
    )
    await archive.write(tax_profiles.put, profile)
    return profile
