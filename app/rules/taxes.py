"""Withholding on payouts: by the country of the platform, the country of the streamer and the form they gave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

from msgspec import Struct

from app.rules import countries, tables
from app.rules.countries import ANY
from app.rules.rates import HalfPpm
from app.rules.tables import Mistake, Sentence, Table, Translations, Version

NAME = "taxes"

Form = Literal["W-9", "W-8BEN", "none"]


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is withheld from streamers of one country (`*`: of all others) with that form.

    Attributes:
        treaty_ppm: in place of `ppm` for those who claim a treaty; None where there is none.
        why: the reason, for the streamer; `whys` by language.
    """

    streamer: str
    form: Form
    ppm: HalfPpm
    treaty_ppm: HalfPpm | None = None
    why: Sentence
    whys: Translations = {}


class Withholding(NamedTuple):
    """The part that is withheld, and why; `whys` by language."""

    ppm: int
    why: str
    table: str
    whys: Translations = {}  # noqa: RUF012  # nobody changes it


class TaxTable(Version, frozen=True, kw_only=True):
    """What a platform of that country withholds, from a moment on."""

    rules: tuple[Rule, ...]

    def withholding(self, streamer: str, form: Form, treaty: bool) -> Withholding:
        """What is withheld from a streamer of that country."""
        rule = self._rule(streamer, form) or self._rule(ANY, form)
        assert rule is not None, "mistakes() asks for a rule for each form"
        ppm = rule.treaty_ppm if treaty and rule.treaty_ppm is not None else rule.ppm
        return Withholding(ppm, rule.why, self.id, rule.whys)

    def _rule(self, streamer: str, form: Form) -> Rule | None:
        return next((rule for rule in self.rules if (rule.streamer, rule.form) == (streamer, form)), None)

    def mistakes(self) -> Iterator[Mistake]:
        """What contradicts itself."""
        yield from super().mistakes()
        for place, first in tables.twice((rule.streamer, rule.form) for rule in self.rules):
            yield Mistake(f"rules[{place}]", f"rules[{first}] is for the same country and form")
        for place, rule in enumerate(self.rules):
            if rule.streamer != ANY and rule.streamer not in countries.CODES:
                yield Mistake(f"rules[{place}].streamer", f'a country or "{ANY}" is expected, it is "{rule.streamer}"')
            if rule.treaty_ppm is not None and rule.treaty_ppm > rule.ppm:
                yield Mistake(f"rules[{place}].treaty_ppm", "no more than ppm is expected")
        for form in get_args(Form):
            if self._rule(ANY, form) is None:
                yield Mistake("rules", f'a rule for streamer "{ANY}" and form "{form}" is expected')


def parse(text: bytes) -> Table[TaxTable]:
    """The withholding tables of a file. Raises BadTable."""
    return tables.parse(text, NAME, TaxTable)
