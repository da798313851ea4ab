from __future__ import annotations

from pathlib import Path

from loadtest.hosts_target import OpenCluster, open_postgres


def test_machines_of_a_test_may_come_in(tmp_path: Path) -> None:
    """Cluster and archive listen on the inner network, for whoever is on it and needs no password."""
    cluster = OpenCluster(tmp_path)
    cluster.ports = [7000, 7001]
    told = cluster._settings(7000, 8000)
    postgres = open_postgres(tmp_path)

    assert "redis://198.18.1.1:7000,198.18.1.1:7001" == cluster.url
    assert ("198.18.1.1", "198.18.1.1", "no") == (told["bind"], told["cluster-announce-ip"], told["protected-mode"])
    assert "198.18.1.1" == postgres._settings["listen_addresses"]
    assert "samenet trust" in Path(postgres._settings["hba_file"]).read_text()
