"""kubernetes.yaml: its parts find each other, and pods begin, are asked and end as Fanfare does."""

from __future__ import annotations

from typing import Any

from tests.deploy import files

PARTS = files.documents("kubernetes")
SETS = {part["metadata"]["name"]: part["spec"] for part in PARTS if part["kind"] == "StatefulSet"}


def pod(name: str) -> dict[str, Any]:
    """The specification of the pods of that name."""
    found: dict[str, Any] = SETS[name]["template"]["spec"]
    return found


def container(name: str) -> dict[str, Any]:
    """Their only container."""
    (found,) = pod(name)["containers"]
    return dict(found)


def test_what_is_named_is_there() -> None:
    """Selectors choose pods that there are, ports have names that these pods have, and what is mounted exists."""
    labels = [spec["template"]["metadata"]["labels"] for spec in SETS.values()]
    ports = {port["name"] for name in SETS for port in container(name)["ports"]}
    services = {part["metadata"]["name"]: part["spec"] for part in PARTS if part["kind"] == "Service"}
    for name, spec in SETS.items():
        assert spec["selector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items()
        assert spec["serviceName"] in services
        volumes = {claim["metadata"]["name"] for claim in spec["volumeClaimTemplates"]}
        volumes |= {volume["name"] for volume in pod(name).get("volumes", [])}
        assert {mount["name"] for mount in container(name)["volumeMounts"]} == volumes
    for spec in services.values():
        assert any(spec["selector"].items() <= of_pod.items() for of_pod in labels)
        assert {port["targetPort"] for port in spec["ports"]} <= ports
    (ingress,) = (part["spec"] for part in PARTS if part["kind"] == "Ingress")
    backend = ingress["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend["port"]["name"] in {port["name"] for port in services[backend["name"]]["ports"]}


def test_no_pod_is_told_of_services_by_its_environment() -> None:
    """Kubernetes' own FANFARE_PORT would be taken for a setting, and FANFARE_SERVICE_HOST for an unknown one."""
    assert [False] * len(SETS) == [pod(name)["enableServiceLinks"] for name in SETS]


def test_pods_have_no_more_rights_than_they_need() -> None:
    """Nobody is root, gains rights, writes to the image or has a token of the cluster's."""
    for name in SETS:
        assert pod(name)["securityContext"]["runAsNonRoot"]
        assert not pod(name)["automountServiceAccountToken"]
        context = container(name)["securityContext"]
        assert (False, True) == (context["allowPrivilegeEscalation"], context["readOnlyRootFilesystem"])
        assert ["ALL"] == context["capabilities"]["drop"]
    (policy,) = (part["spec"] for part in PARTS if part["kind"] == "NetworkPolicy")
    allowed = policy["ingress"][0]["from"][0]["podSelector"]["matchLabels"].items()
    users = [name for name, spec in SETS.items() if allowed <= spec["template"]["metadata"]["labels"].items()]
    assert ["fanfare", "fanfare-bookkeeper"] == users


def test_pods_end_as_long_as_it_takes() -> None:
    """The pause before the signal, the drain and the end fit into the time that a pod has."""
    (_, pause_s) = container("fanfare")["lifecycle"]["preStop"]["exec"]["command"]

    assert pod("fanfare")["terminationGracePeriodSeconds"] > int(pause_s) + files.STOP_S
    assert pod("fanfare-bookkeeper")["terminationGracePeriodSeconds"] > files.STOP_S


def test_pods_are_asked_what_is_meant() -> None:
    """No traffic without /readyz; a restart without /livez alone, which knows nothing of the store."""
    server = container("fanfare")
    asked = {kind: server[f"{kind}Probe"]["httpGet"]["path"] for kind in ("readiness", "liveness", "startup")}

    assert {"readiness": "/readyz", "liveness": "/livez", "startup": "/livez"} == asked
    assert {"http": files.PORT, "metrics": files.ADMIN_PORT} == {p["name"]: p["containerPort"] for p in server["ports"]}
    for name, port in (("fanfare", files.ADMIN_PORT), ("fanfare-bookkeeper", files.BOOKKEEPER_PORT)):
        assert str(port) == SETS[name]["template"]["metadata"]["annotations"]["prometheus.io/port"]
    assert f"0.0.0.0:{files.BOOKKEEPER_PORT}" == container("fanfare-bookkeeper")["args"][2]


def test_the_ingress_waits_longer_than_a_heartbeat() -> None:
    """A line on which nothing is said is not cut by the ingress before Fanfare has pinged twice."""
    (ingress,) = (part for part in PARTS if part["kind"] == "Ingress")
    told = ingress["metadata"]["annotations"]

    for direction in ("read", "send"):
        assert int(told[f"nginx.ingress.kubernetes.io/proxy-{direction}-timeout"]) > files.IDLE_S
