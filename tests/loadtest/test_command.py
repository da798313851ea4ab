from __future__ import annotations

import argparse
import shlex

import pytest

from app.base.errors import ConfigError
from app.rules import catalogue
from loadtest import command, main
from loadtest.scenarios import MIX, ROSES, SCENARIOS, Options, steps_of


def parsed(*words: str) -> argparse.Namespace:
    """The arguments of `fanfare loadtest` with these words."""
    parser = argparse.ArgumentParser(prog="fanfare")
    command.add_parser(parser.add_subparsers())
    return parser.parse_args(["loadtest", *words])


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_example_of_each_scenario_is_understood(name: str) -> None:
    """What the help shows as an example can be typed as it stands."""
    args = parsed(name, *shlex.split(SCENARIOS[name].example))

    assert main.options_of(args).scenario == name


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_help_of_each_scenario_can_be_shown(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No percent sign or brace of an example trips the help."""
    with pytest.raises(SystemExit):
        parsed(name, "--help")

    assert SCENARIOS[name].sentence.split(":")[0] in capsys.readouterr().out.replace("\n", " ")


def test_all_gifts_of_the_scenarios_are_in_the_catalogue() -> None:
    """No scenario sends what cannot be sent."""
    known = catalogue.load().by_id()

    assert [gift for gift, _ in (*MIX, *ROSES) if gift not in known] == []


def test_a_ramp_rises_to_its_rate_within_its_time() -> None:
    """A ramp's steps grow, end with the rate that was asked for, and take no longer than they may."""
    steps = steps_of(Options(scenario="ramp", viewers=1, senders=1, rate=8000, duration_s=40))

    rates = [step.rate for step in steps]

    assert rates == sorted(rates)
    assert (rates[0], rates[-1]) == (500, 8000)
    assert sum(step.duration_s for step in steps) <= 40


@pytest.mark.parametrize(
    "words",
    [
        ["steady", "--viewers", "0"],
        ["steady", "--rate", "1e9"],
        ["steady", "--duration", "1"],
        ["slow", "--viewers", "10", "--slow", "10"],
        ["restart", "--url", "http://127.0.0.1:1"],
        ["restart", "--baseline"],
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_starts(words: list[str]) -> None:
    """A number out of bounds, or a kill of somebody else's server, is an error at once."""
    with pytest.raises(ConfigError):
        main.options_of(parsed(*words))
