from __future__ import annotations

import re
from hashlib import sha1

import pytest

from app.base.errors import SLUGS
from app.store.scripts import FOLDER, INCLUDE, names, script
from tests.world import World


def test_every_script_has_a_name() -> None:
    """The scripts are those of the folder, without the parts that they include."""
    assert "send_gifts" in names()
    assert len(list(FOLDER.glob("*.lua"))) == len(names())


@pytest.mark.parametrize("name", names())
def test_scripts_are_whole(name: str) -> None:
    """A script begins with its engine, has its includes put in, and is known by the hash of its text."""
    found = script(name)

    assert found.text.startswith("#!lua")
    assert not INCLUDE.search(found.text)
    assert "@include" not in found.text
    assert sha1(found.text.encode()).hexdigest() == found.sha


@pytest.mark.parametrize("name", names())
def test_scripts_have_a_header(name: str) -> None:
    """A script says what its keys and arguments are, and what it returns."""
    header = re.split(r"^(?!--|#!)", script_file(name), maxsplit=1, flags=re.MULTILINE)[0]

    for word in ("KEYS:", "ARGV", "Returns"):
        assert word in header


@pytest.mark.parametrize("name", names())
async def test_scripts_load(name: str, world: World) -> None:
    """The store takes each script and knows it by the hash that we reckon."""
    assert script(name).sha == (await world.store.call("SCRIPT", "LOAD", script(name).text)).decode()


@pytest.mark.parametrize("name", names())
def test_scripts_refuse_with_known_slugs(name: str) -> None:
    """Every slug that a script refuses with stands in the one table."""
    text = script(name).text
    slugs = {*re.findall(r"'R([a-z_]+)'", text), *re.findall(r"return (?:nil, )?'([a-z_]{8,})'$", text, re.MULTILINE)}

    assert set() == slugs - {"changed", "created", "reopened"} - SLUGS.keys()


def script_file(name: str) -> str:
    """The script as it stands in its file."""
    return (FOLDER / f"{name}.lua").read_text()
