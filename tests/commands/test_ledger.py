from __future__ import annotations

import pytest

from app import cli


def helped(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the help of a command says."""
    with pytest.raises(SystemExit):
        cli.main([*words, "--help"])
    return capsys.readouterr().out


@pytest.mark.parametrize("verb", ["verify", "reconcile", "export", "balance", "accept-loss"])
def test_every_verb_has_a_help_with_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A verb stands in the command's help, and has one of its own that ends in an example."""
    assert f"\n    {verb}" in helped(capsys, "ledger")
    assert f"\nexample: {cli._prog()} ledger {verb} " in helped(capsys, "ledger", verb)
