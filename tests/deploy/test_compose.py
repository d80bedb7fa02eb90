"""The trial on one machine: reachable from that machine alone, without a secret in the file."""

import re
from typing import Any

import pytest
import yaml

from maru.config import ROOT
from maru.embedded import keycloak, keys, postgres

TEXT = (ROOT / "compose.yaml").read_text("utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
HEAD = "\n".join(line for line in TEXT.split("\nname:")[0].splitlines() if line.startswith("#"))
VARIABLE = re.compile(r"\$\{(\w+)(:[?-][^}]*)?\}")
OURS = {name for name, service in SERVICES.items() if service.get("image") == "maru:trial"}
SECRET = re.compile(r"PASSWORD|SECRET|ACCESS_KEY|_KEY$|DATABASE.*URL|S3_URL|KEYCLOAK_ADMIN$")


def variables(value: object) -> set[str]:
    return {name for name, _ in VARIABLE.findall(str(value))}


def test_it_has_every_part() -> None:
    assert SERVICES.keys() == {"web", "worker", "migrate", "realm", "postgres", "s3", "keycloak"}
    assert {"web", "worker", "migrate", "realm"} == OURS


def test_ports_are_open_to_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published.keys() == {"web", "keycloak", "s3"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert [name for name, service in SERVICES.items() if "network_mode" in service] == []


def test_no_proxy_is_trusted_where_none_stands() -> None:
    assert {SERVICES[name]["environment"]["MARU_PROXIES"] for name in OURS} == {"0"}


def test_every_secret_comes_from_the_environment_file() -> None:
    for service in SERVICES.values():
        for name, value in service["environment"].items():
            if SECRET.search(name) and not name.startswith("KC_DB_URL"):
                assert variables(value), name
    demanded = {name for name, default in VARIABLE.findall(TEXT) if default == ":?"}
    assert demanded == set(keys.SECRETS)


def test_no_password_has_a_default_here() -> None:
    assert [(name, default) for name, default in VARIABLE.findall(TEXT) if default != ":?"] == [
        ("MARU_PORT", ":-8000")
    ] * 2


@pytest.mark.parametrize("name", sorted(variables(TEXT)))
def test_every_variable_is_explained_at_the_head(name: str) -> None:
    assert re.search(rf"\b{name}\b", HEAD)


def test_the_command_at_the_head_makes_all_secrets() -> None:
    loop = re.search(r"for name in ([^;]*?)\n#\s+do ", HEAD)
    assert loop
    assert sorted(re.findall(r"[A-Z0-9_]{5,}", loop.group(1))) == sorted(keys.SECRETS)


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_containers_cannot_change_themselves(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service  # the image's own


@pytest.mark.parametrize("name", sorted(OURS))
def test_only_migrations_know_the_owner_of_the_tables(name: str) -> None:
    assert ("DATABASE_URL" in SERVICES[name]["environment"]) == (name == "migrate")
    assert ("KEYCLOAK_ADMIN" in SERVICES[name]["environment"]) == (name in ("realm", "worker"))


def test_images_are_pinned() -> None:
    images = {service["image"] for service in SERVICES.values()}
    assert [image for image in images if not re.fullmatch(r"[a-z0-9./-]+:(trial|\d[\w.]*)", image)] == []


def test_the_parts_are_those_that_make_up_runs() -> None:
    assert SERVICES["keycloak"]["build"]["target"] == "keycloak"
    bases = re.findall(r"^FROM (\S+) AS keycloak$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert bases == [f"quay.io/keycloak/keycloak:{keycloak.VERSION}"]
    locale = {word for word in postgres.INITDB if word.startswith(("--l", "--encoding"))}
    assert set(SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()) == locale
    assert "-master.telemetry=false" in SERVICES["s3"]["command"]


def test_browser_and_maru_call_keycloak_by_one_name() -> None:
    issuer = SERVICES["web"]["environment"]["OIDC_ISSUER"]
    address = SERVICES["keycloak"]["environment"]["KC_HOSTNAME"]
    assert issuer == f"{address}/realms/maru"
    host, _, port = address.removeprefix("http://").partition(":")
    assert SERVICES["keycloak"]["networks"]["default"]["aliases"] == [host]
    assert SERVICES["keycloak"]["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_parts_start_in_an_order_that_works() -> None:
    for name in ("web", "worker", "realm"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["realm"]["restart"] == "on-failure"


def test_only_the_web_has_the_image_s_health_check() -> None:
    assert {name for name in OURS if SERVICES[name].get("healthcheck") != {"disable": True}} == {"web"}


def test_browsers_reach_the_store_under_its_public_address() -> None:
    """Videos go to it and come from it by signed addresses, which name the host that they are for."""
    address = SERVICES["web"]["environment"]["S3_PUBLIC_URL"]
    port = address.rsplit(":", 1)[1]
    assert address == f"http://localhost:{port}"
    assert SERVICES["s3"]["ports"] == [f"127.0.0.1:{port}:{port}"]
