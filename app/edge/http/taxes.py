"""HTTP for a streamer's taxes: the profile, and what a year comes to."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from app.actions.streamer.tax_profile import put_tax_profile
from app.archive import payouts, tax_profiles
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth
from app.edge.http.downloads import csv_file, form_of
from app.edge.http.earnings import earner
from app.edge.http.problems import Json
from app.rules.payout_tables import tax_csv
from app.rules.payout_views import tax_year
from app.rules.tables import milliseconds
from app.rules.tax_profiles import TaxProfileRequest, view

_YEAR = re.compile(r"20[0-9]{2}", re.ASCII)


async def put_my_tax_profile(request: Request) -> Json:
    """Says where the caller pays taxes, by which form."""
    who, billing = earner(request), billing_of(request)
    body: TaxProfileRequest = await auth.body(request, TaxProfileRequest)
    return Json(view(await put_tax_profile(billing.archive, who.sub, body, billing.clock())))


async def my_tax_profile(request: Request) -> Json:
    """The caller's tax profile; of the taxpayer's number its last four characters alone."""
    who = earner(request)
    profile = await billing_of(request).archive.read(tax_profiles.find, who.sub)
    if profile is None:
        raise Refusal("tax_profile_needed")
    return Json(view(profile))


async def my_tax_year(request: Request) -> Response:
    """What was paid out to the caller in a year (UTC), less what came back; `format=csv` downloads it."""
    who, billing, form = earner(request), billing_of(request), form_of(request, ("json", "csv"))
    text = request.path_params["year"]
    if not _YEAR.fullmatch(text):
        raise Refusal("bad_request", "A year like 2026 is expected.")
    year = int(text)
    span = [milliseconds(datetime(one, 1, 1, tzinfo=UTC)) for one in (year, year + 1)]
    found = tax_year(year, who.sub, await billing.archive.read(payouts.moved, who.sub, *span))
    return csv_file(f"tax-{year}.csv", tax_csv(found)) if form == "csv" else Json(found)
