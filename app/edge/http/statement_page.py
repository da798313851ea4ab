"""A payout's statement as a page to look at and to print: the file `statement.html`, filled in here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from app.edge.http.languages import Language
from app.rules.csv_rows import time_text
from app.rules.currencies import Money
from app.rules.payout_views import PayoutStatement
from app.rules.quotes import Step

PLACE = '<main class="statement-main" id="statement"></main>'
PARTS = ("earnings", "statement")
Say = Callable[[str], str]


def page(template: str, statement: PayoutStatement, language: Language) -> str:
    """The page of a statement, from the file's text in that language."""
    assert PLACE in template, "statement.html has a place for the statement"
    return template.replace(PLACE, PLACE.replace("></main>", f">{_sheet(statement, language)}</main>"))


def _sheet(statement: PayoutStatement, language: Language) -> str:
    def say(key: str) -> str:
        return language.text(PARTS, key)

    return "".join(
        [
            f'<article class="statement-sheet"><header><h1>{escape(say("heading"))}</h1>',
            f'<p class="statement-status">{escape(say(f"status_{statement.status}"))}</p></header>',
            f'<p class="statement-net">{_amount(statement.net)}</p>',
            f'<dl class="statement-facts">{_facts(statement, say)}</dl>',
            f"<section><h2>{escape(say('steps'))}</h2>{_steps(statement, say, language.code)}</section>",
            f"<section><h2>{escape(say('history'))}</h2>{_history(statement, say)}</section></article>",
        ]
    )


def _facts(statement: PayoutStatement, say: Say) -> str:
    form = say("form_none") if statement.form == "none" else statement.form
    to = _filled(say("destination"), rail=say(f"rail_{statement.rail}"), destination=statement.destination)
    entries = ", ".join(f"{say(f'entry_{kind}')} {n}" for kind, n in statement.entries.items())
    facts = {
        "payout": escape(statement.id),
        "asked": _time(statement.created_ms),
        "payee": escape(statement.name),
        "form": escape(f"{statement.country}, {form}"),
        "paid_by": escape(to),
        "payer": escape(", ".join((*statement.payer, statement.platform_country))),
        "rates": escape(_filled(say("tables"), card=statement.rate_card, table=statement.tax_table)),
        "entries": escape(entries or say("entries_none")),
    }
    rows = (
        f"<div><dt>{escape(say(f'fact_{key}'))}</dt><dd><bdi>{value}</bdi></dd></div>" for key, value in facts.items()
    )
    return "".join(rows)


def _filled(text: str, **mentions: object) -> str:
    for name, value in mentions.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def _steps(statement: PayoutStatement, say: Say, code: str) -> str:
    rows = [_row(say("diamonds"), "", escape(statement.diamonds))]
    for step in statement.steps:
        why = _why(step, say, code)
        rows.append(_row(say(f"step_{step.name}"), why, _amount(step.amount), is_total=step.name == "net"))
    return _table(rows)


def _why(step: Step, say: Say, code: str) -> str:
    mentions = step.mentions
    if mentions is None:
        return step.why
    name = f"{step.name}_rounded" if "left" in mentions else step.name
    if code in step.whys:
        mentions = {**mentions, "reason": step.whys[code]}
    return _filled(say(f"why_{name}"), **mentions)


def _history(statement: PayoutStatement, say: Say) -> str:
    return _table(_row(say(f"was_{event.status}"), event.why, _time(event.at_ms)) for event in statement.history)


def _table(rows: Iterable[str]) -> str:
    return f'<table class="statement-table"><tbody>{"".join(rows)}</tbody></table>'


def _row(name: str, why: str, value: str, *, is_total: bool = False) -> str:
    mark = ' class="total"' if is_total else ""
    small = f"<small><bdi>{escape(why)}</bdi></small>" if why else ""
    return f'<tr{mark}><th scope="row">{escape(name)}{small}</th><td class="amount"><bdi>{value}</bdi></td></tr>'


def _time(at_ms: int) -> str:
    """A time that a page may write in its own way; as it stands it is one that everybody reads alike."""
    text = time_text(at_ms)
    return f'<time datetime="{text}">{text.replace("T", " ").rstrip("Z")} UTC</time>'


def _amount(money: Money) -> str:
    # The sign for numbers, which is as wide as a digit; the other one is a hyphen.
    words = escape(str(money).replace("-", "\u2212"))
    return (
        f'<data value="{money.minor}" data-currency="{money.currency}" data-exponent="{money.exponent}">{words}</data>'
    )
