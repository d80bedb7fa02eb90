"""What the chart refuses to be told, and what it refuses to guess."""

from collections.abc import Callable, Iterator
from typing import Any

import helm_python
import pytest

REQUIRED = (
    "image.repository",
    "domain.base",
    "database.app.existingSecret",
    "database.owner.existingSecret",
    "storage.existingSecret",
    "identity.issuer",
    "identity.existingSecret",
    "session.existingSecret",
)
SECRET_NAME_ONLY = {"existingSecret", "key", "clientSecretKey", "adminKey"}


def nested(path: str, value: object) -> dict[str, Any]:
    """`nested("a.b", 1)` -> `{"a": {"b": 1}}`"""
    for key in reversed(path.split(".")):
        value = {key: value}
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize("path", REQUIRED)
def test_what_it_cannot_guess_it_asks_for(render: Callable[..., Any], path: str) -> None:
    with pytest.raises(helm_python.HelmError, match=rf"{path} is missing"):
        render("minimal", nested(path, ""))


def test_the_realm_job_asks_for_its_administrator(render: Callable[..., Any]) -> None:
    with pytest.raises(helm_python.HelmError, match=r"identity\.realm\.existingSecret is missing"):
        render("minimal", nested("identity.realm.apply", True))


@pytest.mark.parametrize("path", REQUIRED)
def test_nothing_required_has_a_default(chart: helm_python.Chart, path: str) -> None:
    value: Any = chart.values
    for key in path.split("."):
        value = value[key]
    assert value == ""


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("web.replica", 3),
        ("password", "x"),
        ("database.app.url", "postgresql://maru_app:secret@db/maru"),
        ("storage.accessKey", "x"),
        ("storage.publicUrl", "https://access:secret@s3.example.kr"),
        ("storage.publicUrl", "https://s3.example.kr/maru"),
        ("session.secretKey", "x"),
        ("mail.url", "smtp://user:secret@mail.example.kr"),
        ("mail.from", "수원시 <no-reply@learn.gg.go.kr>"),
        ("domain.base", "localhost"),
        ("domain.base", "https://learn.gg.go.kr"),
        ("domain.base", "*.gg.go.kr"),
        ("domain.base", "Learn.gg.go.kr"),
        ("domain.scheme", "http"),
        ("domain.publicPort", 0),
        ("domain.publicPort", "443"),
        ("identity.issuer", "id.learn.gg.go.kr"),
        ("identity.issuer", "https://user:secret@id.learn.gg.go.kr/realms/maru"),
        ("image.tag", "latest"),
        ("image.digest", "sha256:7d86"),
        ("image.pullPolicy", "Sometimes"),
        ("web.replicas", 0),
        ("web.processes", "2"),
        ("web.proxies", "1"),
        ("web.proxies", -1),
        ("web.resources", {"limits": {"gpu": 1}}),
        ("web.resources", {"limits": {"memory": "much"}}),
        ("web.autoscaling.targetCPU", 130),
        ("storage.existingSecret", "Not A Name"),
        ("ingress.ownDomains", ["learn.suwon.go.kr"]),
        ("ingress.ownDomains", [{"host": "*.suwon.go.kr"}]),
        ("ingress.ownDomains", [{"host": "learn.suwon.go.kr"}, {"host": "learn.suwon.go.kr"}]),
        ("networkPolicy.database.ports", []),
        ("networkPolicy.monitoring", [{}]),
        ("metrics.serviceMonitor.interval", "often"),
    ],
)
def test_wrong_values_are_refused(render: Callable[..., Any], path: str, value: object) -> None:
    with pytest.raises(helm_python.HelmError, match=r"values don't meet the specifications of the schema"):
        render("minimal", nested(path, value))


def objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every part of the schema that describes an object with named properties."""
    if "properties" in schema:
        yield schema
    for value in schema.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield from objects(part)


def test_the_schema_knows_every_value_and_lets_no_other_in(chart: helm_python.Chart) -> None:
    schema = chart.schema
    assert schema is not None
    described = list(objects(schema))
    assert len(described) >= 20
    assert [part for part in described if part["additionalProperties"] is not False] == []
    assert schema["properties"].keys() - {"global"} == chart.values.keys()


def test_secrets_can_only_be_named(chart: helm_python.Chart) -> None:
    assert chart.values["storage"].keys() <= SECRET_NAME_ONLY | {"publicUrl"}
    assert chart.values["session"].keys() <= SECRET_NAME_ONLY
    assert all(database.keys() <= SECRET_NAME_ONLY for database in chart.values["database"].values())


def test_another_chart_may_contain_this_one(render: Callable[..., Any]) -> None:
    """Helm hands `global` to every chart inside another."""
    assert render("minimal", {"global": {"imageRegistry": "registry.example.org"}}).manifests
