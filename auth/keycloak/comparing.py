"""What Keycloak has beside what we ask for: where they differ, and groups as paths and as a tree."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

SECRETS = frozenset({"secret", "password", "credentials"})
LONGEST = 120
"""Letters of a value in a difference."""


def fits(wanted: Any, found: Any) -> bool:
    """Whether what Keycloak has agrees with all that we ask for; it may have more fields, and another order."""
    return next(differences(wanted, found), None) is None


def differences(wanted: Any, found: Any, name: str = "") -> Iterator[str]:
    """Each field that is not as we ask for, such as "attributes.pkce: plain -> S256"; of a secret only that it differs."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key, value in wanted.items():
            yield from differences(value, found.get(key), f"{name}.{key}" if name else key)
    elif isinstance(wanted, list) and isinstance(found, list):
        if not _same(wanted, found):
            yield f"{name}: {_shown(found)} -> {_shown(wanted)}"
    elif wanted != found:
        secret = name.rpartition(".")[2] in SECRETS
        yield f"{name}: another one" if secret else f"{name}: {_shown(found)} -> {_shown(wanted)}"


def _same(wanted: list[Any], found: list[Any]) -> bool:
    return len(wanted) == len(found) and all(any(fits(item, candidate) for candidate in found) for item in wanted)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def with_ancestors(paths: Sequence[str]) -> list[str]:
    """The paths and those above them, each once, parents first."""
    parts = [path.strip("/").split("/") for path in paths]
    return sorted({"/" + "/".join(names[: depth + 1]) for names in parts for depth in range(len(names))})


def tree(paths: Sequence[str]) -> list[dict[str, Any]]:
    """Groups as Keycloak takes them, nested, of paths that come parents first."""
    root: dict[str, Any] = {"subGroups": []}
    groups = {"": root}
    for path in paths:
        parent, _, name = path.rpartition("/")
        groups[path] = {"name": name, "subGroups": []}
        groups[parent]["subGroups"].append(groups[path])
    return list(root["subGroups"])


def ids_by_path(groups: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Ids of nested groups, as Keycloak exports them, by path."""
    ids: dict[str, str] = {}
    for group in groups:
        ids |= {group["path"]: group["id"]} | ids_by_path(group.get("subGroups", []))
    return ids
