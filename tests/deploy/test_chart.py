"""What the chart brings to a cluster."""

import tomllib
from collections.abc import Callable
from typing import Any

import helm_python
import kubernetes_validate
import pytest
import yaml

from maru.config import ROOT

OLDEST = "1.30"
OF_AN_OPERATOR = {"ServiceMonitor", "PodMonitor"}
"""Kinds that Kubernetes itself does not know."""
OWNER_OF_TABLES = "DATABASE_URL"
APPLICATION = {"DATABASE_APP_URL", "S3_URL", "OIDC_CLIENT_SECRET", "MARU_SECRET_KEY"}
SECRETS = APPLICATION | {OWNER_OF_TABLES, "KEYCLOAK_ADMIN", "MAIL_URL", "DATA_SHARE_URL"}
SETTINGS = {"MARU_ENV", "MARU_BASE_DOMAIN", "MARU_PUBLIC_PORT", "MARU_PROXIES", "OIDC_ISSUER", "OIDC_CLIENT_ID"}


@pytest.mark.parametrize("version", [OLDEST, kubernetes_validate.latest_version()])
def test_kubernetes_knows_every_manifest(release: Any, version: str) -> None:
    checked = [manifest for manifest in release.manifests if manifest["kind"] not in OF_AN_OPERATOR]
    assert len(checked) >= 5
    for manifest in checked:
        kubernetes_validate.validate(manifest, version, strict=True)


def test_helm_finds_nothing_to_say(values: Callable[..., Any]) -> None:
    report = helm_python.lint(ROOT / "helm", values("large"), strict=True, kube_version=OLDEST)
    assert report["errors"] == []
    assert [message for message in report["messages"] if message["severity"] > 1] == []


def test_it_wants_the_kubernetes_that_it_was_checked_against(chart: helm_python.Chart) -> None:
    assert chart.metadata["kubeVersion"] == f">={OLDEST}.0-0"


def test_it_runs_this_version(chart: helm_python.Chart) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert chart.metadata["appVersion"] == project["version"]


def test_every_pod_fits_the_restricted_standard(release: Any) -> None:
    for template in release.pods().values():
        pod, (container,) = template["spec"], template["spec"]["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] >= 10000
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert pod["automountServiceAccountToken"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()


def test_pods_write_to_tmp_and_nowhere_else(release: Any) -> None:
    for template in release.pods().values():
        (volume,), (container,) = template["spec"]["volumes"], template["spec"]["containers"]
        assert "emptyDir" in volume
        assert container["volumeMounts"] == [{"name": volume["name"], "mountPath": "/tmp"}]


def test_a_service_called_maru_does_not_leak_into_the_settings(release: Any) -> None:
    """Kubernetes would tell pods of a Service `maru` by a variable MARU_PORT, which is one of ours."""
    assert all(template["spec"]["enableServiceLinks"] is False for template in release.pods().values())


def test_every_container_says_what_it_needs(release: Any) -> None:
    for template in release.pods().values():
        (container,) = template["spec"]["containers"]
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
        assert "memory" in container["resources"]["limits"]


def test_no_manifest_holds_a_secret(release: Any) -> None:
    assert release.of_kind("Secret") == release.of_kind("ConfigMap") == []
    for component in release.pods():
        for name, value in release.environment(component).items():
            assert isinstance(value, tuple) == (name in SECRETS)


def test_each_component_gets_its_own_secrets_and_no_others(render: Callable[..., Any]) -> None:
    release = render("large")
    given = {component: release.environment(component).keys() & SECRETS for component in release.pods()}
    assert given == {
        "web": APPLICATION | {"MAIL_URL", "DATA_SHARE_URL"},
        "worker": APPLICATION | {"MAIL_URL", "DATA_SHARE_URL"},
        "migrate": {OWNER_OF_TABLES, "DATABASE_APP_URL"},
        "verify": {OWNER_OF_TABLES, "DATABASE_APP_URL"},
        "realm": {"DATABASE_APP_URL", "OIDC_CLIENT_SECRET", "KEYCLOAK_ADMIN"},
    }


def test_the_realm_alone_is_told_of_other_providers(render: Callable[..., Any]) -> None:
    release = render("large", {"identity": {"realm": {"providersKey": "PROVIDERS"}}})
    told = {name for name in release.pods() if "MARU_IDENTITY_PROVIDERS" in release.environment(name)}
    assert told == {"realm"}
    assert isinstance(release.environment("realm")["MARU_IDENTITY_PROVIDERS"], tuple)


def test_letters_come_from_the_address_that_is_named(render: Callable[..., Any]) -> None:
    assert render("large").environment("worker")["MAIL_FROM"] == "no-reply@learn.gg.go.kr"
    assert not render("minimal").environment("worker").keys() & {"MAIL_URL", "MAIL_FROM", "DATA_SHARE_URL"}


def test_the_worker_alone_administers_accounts_and_only_where_it_is_told_to(render: Callable[..., Any]) -> None:
    release = render("large", {"identity": {"accounts": {"existingSecret": "maru-accounts"}}})
    assert release.environment("worker").keys() & SECRETS == APPLICATION | {
        "MAIL_URL",
        "DATA_SHARE_URL",
        "KEYCLOAK_ADMIN",
    }
    assert "KEYCLOAK_ADMIN" not in release.environment("web")


def test_every_component_knows_which_installation_it_is(release: Any) -> None:
    for component in release.pods():
        assert release.environment(component).keys() >= SETTINGS
        assert release.environment(component)["MARU_ENV"] == "production"


def test_the_ingress_is_a_proxy_unless_told_otherwise(render: Callable[..., Any]) -> None:
    assert render("minimal").environment("web")["MARU_PROXIES"] == "1"
    assert render("minimal", {"web": {"proxies": 0}}).environment("web")["MARU_PROXIES"] == "0"


def test_settings_stand_in_the_readme(render: Callable[..., Any]) -> None:
    release, readme = render("large"), (ROOT / "helm" / "README.md").read_text("utf-8")
    names = {name for component in release.pods() for name in release.environment(component)}
    assert [name for name in names if name not in readme] == []


def test_the_example_of_the_readme_can_be_installed(chart: helm_python.Chart) -> None:
    readme = (ROOT / "helm" / "README.md").read_text("utf-8")
    example = yaml.safe_load(readme.partition("```yaml\n")[2].partition("```")[0])
    example["image"]["repository"] = "registry.example.org/maru"  # stands as REGISTRY/maru there
    assert len(chart.render(example, name="gyeonggi")["maru/templates/realm.yaml"]) > 500


def test_the_worker_may_have_a_way_past_the_pooler(render: Callable[..., Any]) -> None:
    pooled, plain = render("large"), render("minimal")
    assert pooled.environment("web")["DATABASE_APP_URL"] == ("maru-pgbouncer", "uri")
    assert pooled.environment("worker")["DATABASE_APP_URL"] == ("maru-postgres", "uri")
    assert plain.environment("worker")["DATABASE_APP_URL"] == plain.environment("web")["DATABASE_APP_URL"]


def test_the_web_is_probed_on_its_own_port(release: Any) -> None:
    (web,) = release.pods()["web"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in web["ports"]}
    assert ports == {"http": 8000, "metrics": 8001}
    probes = {name: web[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    assert probes["startup"] == probes["liveness"] == {"path": "/healthz", "port": "http"}
    assert probes["readiness"] == {"path": "/readyz", "port": "http"}
    assert release.environment("web")["MARU_BIND"] == "0.0.0.0"


def test_migrations_come_first_and_the_realm_last(render: Callable[..., Any]) -> None:
    release = render("large")
    hooks = {job["metadata"]["name"]: job["metadata"]["annotations"]["helm.sh/hook"] for job in release.of_kind("Job")}
    assert hooks == {"gyeonggi-migrate": "pre-install,pre-upgrade", "gyeonggi-realm": "post-install,post-upgrade"}
    assert [job["metadata"]["name"] for job in render("minimal").of_kind("Job")] == ["gyeonggi-migrate"]


def test_the_chain_of_the_access_log_is_walked_every_night(render: Callable[..., Any]) -> None:
    (walk,) = render("minimal").of_kind("CronJob")
    assert (walk["spec"]["schedule"], walk["spec"]["timeZone"]) == ("20 4 * * *", "Asia/Seoul")
    (container,) = walk["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["log", "verify"]


def test_labels_lead_to_the_pods_they_mean(release: Any) -> None:
    for deployment in release.of_kind("Deployment"):
        wanted = deployment["spec"]["selector"]["matchLabels"]
        chosen = [name for name, pod in release.pods().items() if wanted.items() <= pod["metadata"]["labels"].items()]
        assert [deployment["metadata"]["name"]] == [f"gyeonggi-{name}" for name in chosen]
    (service,) = release.of_kind("Service")
    web = release.one("Deployment", "gyeonggi-web")["spec"]["selector"]["matchLabels"]
    assert service["spec"]["selector"] == web
    assert release.one("PodDisruptionBudget", "gyeonggi-web")["spec"]["selector"]["matchLabels"] == web


def test_replicas_are_said_by_one_of_two(render: Callable[..., Any]) -> None:
    scaled, plain = render("large"), render("minimal")
    (scaler,) = scaled.of_kind("HorizontalPodAutoscaler")
    target = scaler["spec"]["scaleTargetRef"]
    assert "replicas" not in scaled.one(target["kind"], target["name"])["spec"]
    assert (scaler["spec"]["minReplicas"], scaler["spec"]["maxReplicas"]) == (3, 30)
    assert plain.of_kind("HorizontalPodAutoscaler") == []
    assert plain.one("Deployment", "gyeonggi-web")["spec"]["replicas"] == 2


def test_a_digest_wins_over_the_tag(render: Callable[..., Any]) -> None:
    def image(release: Any) -> str:
        (container,) = release.pods()["web"]["spec"]["containers"]
        return str(container["image"])

    assert image(render("minimal")) == "registry.example.org/maru:0.1.0"
    assert image(render("large")).startswith("registry.example.org/maru@sha256:7d865e")


def test_the_longest_release_name_fits(render: Callable[..., Any]) -> None:
    release = render("large", release="g" * 53)
    assert max(len(manifest["metadata"]["name"]) for manifest in release.manifests) <= 63
