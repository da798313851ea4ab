"""The Dockerfile and compose.yaml: what runs in the containers, as whom, and how it ends."""

from __future__ import annotations

import itertools
import json
import re
from contextlib import closing
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from compose_spec import PyCompose

from app.base import config
from app.store import settings_check
from tests.deploy import files
from tests.deploy.composed import PASSWORD, compose, environment, running_store

ROOT = Path(__file__).resolve().parents[2]
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"}
INSTRUCTIONS |= {"ENTRYPOINT", "CMD"}


def dockerfile() -> list[tuple[str, str]]:
    """Its instructions, each with what stands behind it."""
    whole = re.sub(r"\\\n\s*", "", "\n".join(line for line in files.text("docker").splitlines() if line[:1] != "#"))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in whole.splitlines() if line)]


def test_the_dockerfile_is_one() -> None:
    """Each line is an instruction, lists are JSON, and what is copied from the source is there."""
    for word, rest in dockerfile():
        assert word in INSTRUCTIONS
        if rest.startswith("["):
            assert all(isinstance(part, str) for part in json.loads(rest))
        if word == "COPY" and not rest.startswith("--from=build"):
            assert [] == [path for path in rest.split()[:-1] if not (ROOT / path).exists()]


def test_the_image_serves_as_nobody_in_particular() -> None:
    """The last stage runs the program itself, not as root, on its own folder, with a check and a signal that drains."""
    last = dockerfile()
    last = last[max(i for i, (word, _) in enumerate(last) if word == "FROM") :]
    said = dict(last)

    assert "10001" == said["USER"]
    assert "useradd --system --uid 10001" in said["RUN"]
    assert "install --directory --owner=fanfare --mode=700 /data" in said["RUN"]
    # As lists: with a shell between, the signal would not reach the supervisor.
    assert (["fanfare"], ["serve"]) == (json.loads(said["ENTRYPOINT"]), json.loads(said["CMD"]))
    assert ("SIGTERM", "/data") == (said["STOPSIGNAL"], said["VOLUME"])
    assert f"{files.PORT} {files.ADMIN_PORT}" == said["EXPOSE"]
    words = said["HEALTHCHECK"].partition("CMD ")[2]
    assert f"http://127.0.0.1:{files.PORT}/livez" in json.loads(words)[2]
    assert any("[brotli,paypal,postgres,stripe]" in rest for _, rest in dockerfile())


def test_compose_is_what_its_specification_allows() -> None:
    """Every key is one that Compose knows; one that it does not know would be found."""
    whole = {key: part for key, part in compose().items() if not key.startswith("x-")}
    assert set(whole["services"]) == set(PyCompose.from_json(json.dumps(whole)).service_names())

    whole["services"]["server"]["stop_grace_time"] = "30s"
    with pytest.raises(ValueError, match="stop_grace_time"):
        PyCompose.from_json(json.dumps(whole))


def test_compose_has_the_four_parts() -> None:
    """Server, bookkeeper, store and archive; the server keeps no books, and waits for the other two."""
    services = {name: part for name, part in compose()["services"].items() if "profiles" not in part}
    server, books = services["server"], services["bookkeeper"]

    assert {"server", "bookkeeper", "store", "archive"} == set(services)
    assert (["serve", "--no-bookkeeper"], "bookkeeper") == (server["command"], books["command"][0])
    for service in (server, books):
        assert {"store", "archive"} == {n for n, on in service["depends_on"].items() if on.get("required", True)}
        assert service["read_only"]
        assert ["ALL"] == service["cap_drop"]
        assert files.seconds(service["stop_grace_period"]) > files.STOP_S
    for name, service in services.items():
        assert any(volume.partition(":")[0] in compose()["volumes"] for volume in service["volumes"]), name
        # The image's own check is the server's.
        assert name == "server" or service["healthcheck"]["test"][0] == "CMD"
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name


def test_ports_agree() -> None:
    """What is published is where it is listened on: the server's port, a port for each worker, the bookkeeper's."""
    services = compose()["services"]
    workers = int(services["server"]["environment"]["FANFARE_WORKERS"])
    last = files.ADMIN_PORT + workers - 1
    wanted = [f"127.0.0.1:{part}:{part}" for part in (files.PORT, f"{files.ADMIN_PORT}-{last}")]

    assert wanted == services["server"]["ports"]
    assert [f"127.0.0.1:{files.BOOKKEEPER_PORT}:{files.BOOKKEEPER_PORT}"] == services["bookkeeper"]["ports"]
    assert f"0.0.0.0:{files.BOOKKEEPER_PORT}" == services["bookkeeper"]["command"][2]
    assert f":{files.BOOKKEEPER_PORT}/metrics" in services["bookkeeper"]["healthcheck"]["test"][3]


def test_the_settings_of_compose_are_taken() -> None:
    """A server with that environment has its secrets, its store and its archive."""
    services = compose()["services"]
    settings = config.with_secrets(config.load(environment("server")))

    assert f"redis://:{PASSWORD}@store:6379/0" == settings.redis_url
    assert "postgresql://fanfare:a-b_c@archive:5432/fanfare" == settings.archive_url
    archive = services["archive"]["environment"]
    assert ("fanfare", "fanfare", "a-b_c") == tuple(archive[f"POSTGRES_{name}"] for name in ("USER", "DB", "PASSWORD"))


def test_the_cluster_has_six_nodes() -> None:
    """Its nodes are set as the store is, have addresses that stay, and are one cluster before servers come."""
    whole = compose()
    services = {name: part for name, part in whole["services"].items() if ["cluster"] == part.get("profiles")}
    maker = services.pop("cluster")
    addresses = [node["networks"]["default"]["ipv4_address"] for node in services.values()]
    (subnet,) = (ip_network(part["subnet"]) for part in whole["networks"]["default"]["ipam"]["config"])
    words = maker["command"][2].split()

    assert [f"node-{k}" for k in range(1, 7)] == list(services) == list(maker["depends_on"])
    assert [f"{address}:6379" for address in addresses] == [word for word in words if word.endswith(":6379")]
    assert all(ip_address(address) in subnet for address in addresses)
    assert str(subnet) == whole["services"]["server"]["environment"]["FANFARE_TRUSTED_PROXIES"]
    store = whole["services"]["store"]["command"]
    for name, node in services.items():
        assert (store, f"{name}:/data") == (node["command"][: len(store)], node["volumes"][0])
        said = dict(itertools.pairwise(node["command"]))
        assert (PASSWORD, "no") == (said["--masterauth"], said["--cluster-require-full-coverage"])
    # By this a cluster that was made is known, also before all of its nodes are up again.
    assert f"grep -q cluster_known_nodes:{len(services)} ||" in maker["command"][2]
    for name in ("server", "bookkeeper"):
        waits = whole["services"][name]["depends_on"]["cluster"]
        assert {"condition": "service_completed_successfully", "required": False} == waits
    # What the comment says to put into the file is an address of these nodes.
    (example,) = re.findall(r"^#   REDIS_URL=redis://:the STORE_PASSWORD@(\S+)$", files.text("compose"), re.MULTILINE)
    assert set(example.split(",")) <= {f"{address}:6379" for address in addresses}


def test_a_store_that_loads_is_waited_for() -> None:
    """It answers while it loads, with an error: the check of each store is one that an error fails."""
    services = compose()["services"]
    stores = [services[name] for name in ("store", "node-1", "node-6")]
    parts = (part for part in files.documents("kubernetes") if part["metadata"]["name"] == "fanfare-store")
    (container,) = next(part["spec"]["template"]["spec"]["containers"] for part in parts if "template" in part["spec"])

    assert [["CMD", "valkey-cli", "-e", "ping"]] * 3 == [store["healthcheck"]["test"] for store in stores]
    assert ["valkey-cli", "-e", "ping"] == container["readinessProbe"]["exec"]["command"]


@pytest.mark.parametrize("name", ["compose", "kubernetes"])
def test_the_store_keeps_what_it_answers(name: str, short_path: Path) -> None:
    """A real store that is started with those words has nothing that the ledger could not live with."""
    if name == "compose":
        words = compose()["services"]["store"]["command"]
    else:
        (store,) = (
            part
            for part in files.documents(name)
            if part["metadata"]["name"] == "fanfare-store" and part["kind"] == "StatefulSet"
        )
        words = store["spec"]["template"]["spec"]["containers"][0]["command"]
    password = PASSWORD if name == "compose" else None
    with running_store(words, short_path, password) as url, closing(settings_check.connect(url)) as client:
        assert [] == settings_check.check(client)
