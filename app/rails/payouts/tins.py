"""Taxpayers' numbers, checked by the rules of their country where those are known."""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError
from stdnum.util import get_cc_module

# The kinds of number that people and sole traders have, by country; others are taken as they are.
KINDS = {
    "AU": ("tfn", "abn"),
    "BR": ("cpf", "cnpj"),
    "CA": ("sin", "bn"),
    "DE": ("idnr",),
    "ES": ("nif", "dni", "nie"),
    "FR": ("nif", "siren"),
    "ID": ("npwp", "nik"),
    "IN": ("pan",),
    "IT": ("codicefiscale", "iva"),
    "JP": ("in_", "cn"),
    "KR": ("rrn", "brn"),
    "MX": ("rfc",),
    "NL": ("bsn", "btw"),
    "PL": ("pesel", "nip"),
    "TR": ("tckimlik", "vkn"),
    "US": ("tin",),
}
_ANY = re.compile(r"[A-Z0-9]{4,20}", re.ASCII)


def tin(country: str, text: str) -> str:
    """The number without blanks and signs.

    Raises:
        ValueError: it is no number of that country.
    """
    kinds = KINDS.get(country)
    if kinds is None:
        number = re.sub(r"[\s./-]", "", text.upper())
        if not _ANY.fullmatch(number):
            raise ValueError("tin: 4 to 20 letters and digits are expected")
        return number
    for kind in kinds:
        module = get_cc_module(country.lower(), kind)
        assert module is not None, "KINDS names modules of stdnum"
        try:
            return re.sub(r"[^A-Z0-9]", "", str(module.validate(text.upper())).upper())
        except ValidationError:
            continue
    raise ValueError(f"tin: this is no taxpayer's number of {country}")
