from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import cli
from app.actions.read_tariff import PARSERS, SHIPPED
from tests.rules.money_tables import book_fields, file_of, shelf


@pytest.mark.parametrize("name", PARSERS)
def test_what_ships_is_in_order(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each table that ships is found to be in order, whichever it is."""
    assert 0 == cli.main(["prices", "check", str(SHIPPED / f"{name}.json")])
    assert capsys.readouterr().out.startswith(f"Nothing is wrong with it: {name}, ")


def test_mistakes_are_told_with_their_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each mistake is a line with its path in the file and what is expected, and the exit code is 1."""
    packages = [{"id": "p", "coins": 70, "price": "0.999"}, {"id": "p", "coins": 70, "price": "1"}]
    path = tmp_path / "p.json"
    path.write_bytes(file_of("prices", book_fields(web=shelf(packages=packages))))
    code = cli.main(["prices", "check", str(path)])
    said = capsys.readouterr().out
    machine = cli.main(["prices", "check", "--json", str(path)])
    report = json.loads(capsys.readouterr().out)

    assert (1, 1) == (code, machine)
    twice, fine = said.splitlines()
    assert twice.startswith("WRONG  versions[0] (DE-1).web.packages[1].id: an id of its own is expected")
    assert "WRONG  versions[0] (DE-1).web.packages[0].price: EUR has 2 decimals, 0.999 has more; it is '0.999'" == fine
    assert ["versions[0] (DE-1).web.packages[1].id", "versions[0] (DE-1).web.packages[0].price"] == [
        mistake["where"] for mistake in report["mistakes"]
    ]
    assert False is report["ok"]


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that cannot be read is one line and exit code 1."""
    assert 1 == cli.main(["prices", "check", str(tmp_path / "none.json")])
    assert "WRONG  it cannot be read: No such file or directory\n" == capsys.readouterr().out
