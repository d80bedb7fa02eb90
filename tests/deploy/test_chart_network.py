"""Who reaches Maru in a cluster, by which names, and whom it reaches."""

from collections.abc import Callable
from typing import Any

import helm_python
import pytest


def hosts(release: Any) -> list[str]:
    (ingress,) = release.of_kind("Ingress")
    return [rule["host"] for rule in ingress["spec"]["rules"]]


def test_the_portal_and_every_city_have_a_way_in(render: Callable[..., Any]) -> None:
    assert hosts(render("minimal")) == ["learn.gg.go.kr", "*.learn.gg.go.kr"]


def test_cities_may_have_domains_of_their_own(render: Callable[..., Any]) -> None:
    release = render("own-domains")
    assert hosts(release) == ["learn.gg.go.kr", "*.learn.gg.go.kr", "learn.suwon.go.kr", "edu.seongnam.go.kr"]
    (ingress,) = release.of_kind("Ingress")
    assert ingress["spec"]["ingressClassName"] == "nginx"
    assert ingress["spec"]["tls"] == [
        {"hosts": ["learn.gg.go.kr", "*.learn.gg.go.kr"], "secretName": "learn-gg-tls"},
        {"hosts": ["learn.suwon.go.kr"], "secretName": "learn-suwon-tls"},
    ]


def test_every_name_leads_to_the_web_and_never_to_the_metrics(render: Callable[..., Any]) -> None:
    release = render("own-domains")
    (ingress,), (service,) = release.of_kind("Ingress"), release.of_kind("Service")
    paths = [path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
    assert {path["backend"]["service"]["name"] for path in paths} == {service["metadata"]["name"]}
    assert {path["backend"]["service"]["port"]["name"] for path in paths} == {"http"}
    targets = {port["name"]: port["targetPort"] for port in service["spec"]["ports"]}
    assert targets == {"http": "http", "metrics": "metrics"}


@pytest.mark.parametrize("host", ["learn.gg.go.kr", "suwon.learn.gg.go.kr"])
def test_a_name_below_the_base_domain_is_no_own_domain(render: Callable[..., Any], host: str) -> None:
    with pytest.raises(helm_python.HelmError, match=r"lies below domain\.base already"):
        render("minimal", {"ingress": {"ownDomains": [{"host": host}]}})


def test_without_an_ingress_the_notes_say_where_to_send_requests(render: Callable[..., Any]) -> None:
    release = render("without-ingress")
    assert release.of_kind("Ingress") == []
    assert "Service gyeonggi-web" in release.notes
    assert "https://learn.gg.go.kr:8443" in release.notes


def test_the_notes_name_every_site(render: Callable[..., Any]) -> None:
    notes = render("own-domains").notes
    assert "https://learn.gg.go.kr\n" in notes
    assert "https://<slug>.learn.gg.go.kr\n" in notes
    assert "https://learn.suwon.go.kr\n" in notes


def test_pods_reach_their_parts_and_nothing_else(render: Callable[..., Any]) -> None:
    policy = render("large").one("NetworkPolicy", "gyeonggi")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in policy  # nobody reaches worker and jobs
    dns, database, storage, identity, mail, share = policy["egress"]
    assert [port["port"] for port in share["ports"]] == [443]
    assert [port["port"] for port in mail["ports"]] == [25, 465, 587]
    assert len(render("minimal").one("NetworkPolicy", "gyeonggi")["spec"]["egress"]) == 4
    assert {port["port"] for port in dns["ports"]} == {53}
    assert [port["port"] for port in database["ports"]] == [5432, 6432]
    assert database["to"] == [{"ipBlock": {"cidr": "10.20.0.0/24"}}]
    assert [port["port"] for port in storage["ports"] + identity["ports"]] == [443, 443]


def test_the_policy_holds_for_every_pod(render: Callable[..., Any]) -> None:
    release = render("large")
    chosen = release.one("NetworkPolicy", "gyeonggi")["spec"]["podSelector"]["matchLabels"]
    assert all(chosen.items() <= pod["metadata"]["labels"].items() for pod in release.pods().values())


def test_metrics_are_for_those_who_watch(render: Callable[..., Any]) -> None:
    closed, watched = (
        render(name).one("NetworkPolicy", "gyeonggi-web")["spec"]["ingress"] for name in ("minimal", "large")
    )
    assert [port["port"] for rule in closed for port in rule["ports"]] == ["http"]
    jobs = render("large").one("NetworkPolicy", "gyeonggi-worker")["spec"]["ingress"]
    assert jobs == watched[1:]
    assert [port["port"] for port in watched[1]["ports"]] == ["metrics"]
    assert watched[1]["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    policies = [policy["metadata"]["name"] for policy in render("minimal").of_kind("NetworkPolicy")]
    assert policies == ["gyeonggi", "gyeonggi-web"]


def test_the_policy_can_be_left_out(render: Callable[..., Any]) -> None:
    assert render("without-ingress").of_kind("NetworkPolicy") == []


def test_prometheus_finds_the_metrics(render: Callable[..., Any]) -> None:
    release = render("large")
    (monitor,), (service,) = release.of_kind("ServiceMonitor"), release.of_kind("Service")
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert [endpoint["port"] for endpoint in monitor["spec"]["endpoints"]] == ["metrics"]
    assert render("minimal").of_kind("ServiceMonitor") == []


def test_prometheus_finds_the_workers(render: Callable[..., Any]) -> None:
    release = render("large")
    (monitor,), worker = release.of_kind("PodMonitor"), release.pods()["worker"]
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    assert monitor["spec"]["selector"]["matchLabels"].items() <= worker["metadata"]["labels"].items()
    assert [endpoint["port"] for endpoint in monitor["spec"]["podMetricsEndpoints"]] == ["metrics"]
    (container,) = worker["spec"]["containers"]
    (port,) = container["ports"]
    assert (port["name"], str(port["containerPort"])) == ("metrics", release.environment("worker")["MARU_METRICS_PORT"])
    assert release.environment("worker")["MARU_BIND"] == "0.0.0.0"
    assert render("minimal").of_kind("PodMonitor") == []
