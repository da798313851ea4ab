"""The README says what is true: its commands, settings and version are checked against the code."""

from __future__ import annotations

import dataclasses
import re

from app import __version__
from app.base.config import PREFIX, Settings
from app.cli import other_commands
from app.commands import COMMANDS
from tests.supervised import ROOT

TEXT = (ROOT / "README.md").read_text()


def test_the_first_screen_has_the_picture_and_both_commands() -> None:
    """By line 25 a reader has one sentence, the picture and the two commands."""
    top = TEXT.splitlines()[:25]
    picture = re.search(r"!\[.+\]\((.+)\)", "\n".join(top))

    assert picture is not None
    assert (ROOT / picture[1]).is_file()
    assert ["$ python3 -m app", "$ python3 -m tests"] == [line for line in top if line.startswith("$ ")]


def test_every_command_is_in_the_table() -> None:
    """Each command of the program stands in the table of commands, and none that does not exist."""
    rows = re.findall(r"^\| (`fanfare.*?) \|", TEXT, re.MULTILINE)
    named = {word for row in rows for word in re.findall(r"`fanfare ([a-z-]+)", row)}

    assert {*COMMANDS, *other_commands()} == named


def test_every_setting_is_in_the_table() -> None:
    """Each setting stands in the table with its default and its sentence."""
    rows = []
    for field in dataclasses.fields(Settings):
        value = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        default = f"`{value}`" if value else ""
        rows.append(f"| `{PREFIX}{field.name.upper()}` | {default} | {field.metadata['help']} |")

    assert rows == [row for row in TEXT.splitlines() if row.startswith(f"| `{PREFIX}")]


def test_the_newest_change_is_this_version() -> None:
    """The first heading under Changes is the version that the package has."""
    changes = TEXT.partition("\n## Changes\n")[2]

    assert __version__ == re.findall(r"^### (.+)$", changes, re.MULTILINE)[0]
