"""What the files for deployment name exists: settings, commands and their options, the version."""

from __future__ import annotations

import re
import shlex

import pytest

from app import __version__, cli
from app.base import config
from app.base.errors import ConfigError
from app.commands.deploy import FILES, FOLDER
from tests.deploy import files

SETTINGS = {f"FANFARE_{name.upper()}" for name in config.Settings.__dataclass_fields__}


def commands(name: str) -> list[list[str]]:
    """The arguments of each call of the program in a file."""
    found = re.findall(r"(?:^ExecStart=\S*/|`|^#   )fanfare ([a-z][^`>|\n]*)", files.text(name), re.MULTILINE)
    calls = [shlex.split(words) for words in found]
    for listed in re.findall(r"^\s*(?:command|args): (\[\".*\])$|^CMD (\[\"serve\"\])", files.text(name), re.MULTILINE):
        calls.append(re.findall(r'"([^"]*)"', listed[0] or listed[1]))
    return calls


def test_the_folder_has_what_the_command_lists() -> None:
    """No file lies there that nobody is told of, and none is missing."""
    assert {file for file, _ in FILES.values()} == {path.name for path in FOLDER.iterdir() if path.name[0] != "_"}


@pytest.mark.parametrize("name", FILES)
def test_settings_exist(name: str) -> None:
    """Each FANFARE_ name in a file is a setting of this version."""
    named = set(re.findall(r"FANFARE_[A-Z_]*[A-Z]", files.text(name)))

    assert set() == named - SETTINGS


@pytest.mark.parametrize("name", FILES)
def test_commands_exist(name: str) -> None:
    """Each call of the program in a file is understood by its command line."""
    for words in commands(name):
        parser = cli._parser(words[0])
        assert callable(parser.parse_args(words).run), words


def test_commands_are_found() -> None:
    """The calls that are tried are those that matter."""
    serving = {name: {words[0] for words in commands(name)} & {"serve", "bookkeeper"} for name in FILES}

    assert {"serve", "bookkeeper"} == serving["compose"] == serving["kubernetes"]
    assert {"serve"} == serving["docker"] == serving["service"]
    assert {"bookkeeper"} == serving["bookkeeper-service"]


@pytest.mark.parametrize("name", ["docker", "compose", "kubernetes"])
def test_the_image_is_of_this_version(name: str) -> None:
    """The image carries the number of the version that the files came with."""
    assert {__version__} == set(re.findall(r"fanfare:(\d[\w.]*)", files.text(name)))


def test_values_can_be_read() -> None:
    """The settings of the units, of the image and of Kubernetes are taken as they stand."""
    env = dict(line.split("=", 1) for line in files.lines("environment"))
    image = dict(re.findall(r"(FANFARE_\w+)=(\S+)", files.text("docker")))
    config_map = next(part for part in files.documents("kubernetes") if part["kind"] == "ConfigMap")

    loaded = config.load({**image, **config_map["data"]})
    assert ("/data", "0.0.0.0", 1) == (str(loaded.data), loaded.host, loaded.workers)
    assert (f"0.0.0.0:{files.ADMIN_PORT}", files.PORT) == (loaded.admin, loaded.port)
    assert frozenset({"gifts.example"}) == loaded.allowed_hosts == config.load(env).allowed_hosts
    with pytest.raises(ConfigError, match="FANFARE_SECRET is not set"):
        config.with_secrets(config.load(env))
