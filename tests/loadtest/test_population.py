from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from app.actions.books.prove_archive import ArchiveProof, prove_archive
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from loadtest.forging import Forger
from loadtest.fraudulent import FRAUDULENT
from loadtest.honest import DAY_MS, HONEST, Ways
from loadtest.population import main, populate


def test_people_are_who_they_are_by_their_seed() -> None:
    """The same seed makes the same people; their kinds have the parts that they should have."""
    first, again, other = (populate(seed, 2000, 0.1, 20, Ways()) for seed in (1, 1, 2))
    kinds = Counter(first.kinds.values())

    assert (first.acts, first.kinds) == (again.acts, again.kinds)
    assert first.acts != other.acts
    assert {*HONEST, *FRAUDULENT, "streamer"} == kinds.keys()
    assert abs(sum(kinds[kind] for kind in FRAUDULENT) - 200) < 40
    assert all(0 <= act.at_ms < 20 * DAY_MS for act in first.acts)


async def test_what_is_written_are_books_in_order(tmp_path: Path) -> None:
    """Each entry is one that a ledger could have written: the whole archive is proved."""
    archive = Archive(sqlite_url(tmp_path / "a.db"))
    await archive.write(migrate)
    forger = Forger(archive)
    acts = sorted(populate(3, 150, 0.3, 30, Ways()).acts)
    await forger.write(acts[: len(acts) // 2])
    await forger.write(acts[len(acts) // 2 :])
    proof = ArchiveProof(full=True)
    await prove_archive(archive, proof, lambda what, done, of: None)
    archive.close()

    assert ([], forger.entries) == (proof.replay.problems, proof.replay.n)
    assert {"gift", "purchase", "chargeback", "settlement", "payout_hold", "payout_paid"} == set(proof.replay.kinds)


def test_the_rules_tell_people_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Most of those who do fraud are found, most of those who are found do it, and the page says so by kind."""
    words = ["--people", "1500", "--days", "32", "--seed", "11", "--out", str(tmp_path / "r.html")]
    assert 0 == main([*words, "--json"])
    found = json.loads(capsys.readouterr().out)
    page = (tmp_path / "r.html").read_text()

    assert found["recall"] > 0.75
    assert found["precision"] > 0.8
    assert all(f"<td>{kind}<td>" in page for kind in (*FRAUDULENT, *HONEST))
    assert f"precision {found['precision']:.3f}" in page
    assert 32 == len(found["days"])


def test_other_rules_find_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rules that see nothing find nobody, in words too; a file that is none is told so."""
    path = tmp_path / "fraud.json"
    span = {"lasts_s": 3600, "gathers_s": 0, "quiet_s": 0, "note": 1, "hold": 1, "freeze": 1, "rules": []}
    version = {"id": "none", "country": "*", "from": "2026-01-01T00:00:00Z", **span}
    path.write_text(json.dumps({"table": "fraud", "versions": [version]}))

    assert 0 == main(["--people", "200", "--days", "5", "--rules", str(path)])
    assert "recall 0.000, precision 0.000" in capsys.readouterr().out
    path.write_text("{}")
    with pytest.raises(SystemExit, match="fanfare: "):
        main(["--people", "200", "--days", "5", "--rules", str(path)])
