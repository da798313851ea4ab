"""Who does something to the books, as the journal's `by` has it and as grants' keys begin with it.

Each kind has a space of its own: no user's id has a colon, so nobody is called like the platform or like another.
"""

from __future__ import annotations

PLATFORM = "platform"
DEMO = "demo"
RULES = "rules"
"""The rules of fraud, which freeze people."""
COMMAND = "command"
"""Whoever has the data folder, by the command line."""


def at_command_line(name: str) -> str:
    """Somebody who has the data folder, by the name that they gave."""
    return f"{COMMAND}:{name}"


def person_called(user: str) -> str:
    """The person with that id."""
    return f"person:{user}"
