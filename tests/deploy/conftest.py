"""The chart as Helm renders it for the sets of values in `values/`."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import helm_python
import pytest
import yaml

from maru.config import ROOT

SETS = {
    path.stem: yaml.safe_load(path.read_text("utf-8")) for path in (Path(__file__).parent / "values").glob("*.yaml")
}
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Release:
    """What one installation would bring to the cluster, and what Helm would say."""

    manifests: list[Manifest]
    notes: str

    def of_kind(self, kind: str) -> list[Manifest]:
        return [manifest for manifest in self.manifests if manifest["kind"] == kind]

    def one(self, kind: str, name: str) -> Manifest:
        (found,) = (manifest for manifest in self.of_kind(kind) if manifest["metadata"]["name"] == name)
        return found

    def pods(self) -> dict[str, Manifest]:
        """Pod templates by component."""
        owners = self.of_kind("Deployment") + self.of_kind("Job")
        regular = [owner["spec"]["jobTemplate"] for owner in self.of_kind("CronJob")]
        templates = [owner["spec"]["template"] for owner in [*owners, *regular]]
        return {template["metadata"]["labels"]["app.kubernetes.io/component"]: template for template in templates}

    def environment(self, component: str) -> dict[str, Any]:
        """Variables of a component's container: the value, or (Secret, key)."""
        (container,) = self.pods()[component]["spec"]["containers"]
        return {entry["name"]: _value(entry) for entry in container["env"]}


@pytest.fixture(scope="session")
def chart() -> Iterator[helm_python.Chart]:
    with helm_python.Chart.load(ROOT / "helm") as loaded:
        yield loaded


@pytest.fixture(scope="session")
def values() -> Callable[..., Manifest]:
    """`values("large", {"web": {...}})`: the minimal values with those of a set over them, and more over those."""

    def merged(name: str, *more: Manifest) -> Manifest:
        given: Manifest = {}
        for layer in (SETS["minimal"], SETS[name], *more):
            given = _over(given, layer)
        return given

    return merged


@pytest.fixture(scope="session")
def render(chart: helm_python.Chart, values: Callable[..., Manifest]) -> Callable[..., Release]:
    """The release `gyeonggi` in the namespace `maru` with such values."""

    def rendered(name: str, *more: Manifest, release: str = "gyeonggi") -> Release:
        files = chart.render(values(name, *more), name=release, namespace="maru")
        notes = files.pop("maru/templates/NOTES.txt")
        documents = [document for text in files.values() for document in yaml.safe_load_all(text)]
        return Release([document for document in documents if document], notes)

    return rendered


@pytest.fixture(params=sorted(SETS))
def release(request: pytest.FixtureRequest, render: Callable[..., Release]) -> Release:
    """Each of the sets in turn."""
    return render(request.param)


def _over(below: Manifest, above: Manifest) -> Manifest:
    merged = deepcopy(below)
    for key, value in above.items():
        mergeable = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _over(merged[key], value) if mergeable else value
    return merged


def _value(entry: Manifest) -> Any:
    if "value" in entry:
        return entry["value"]
    reference = entry["valueFrom"]["secretKeyRef"]
    return reference["name"], reference["key"]
