"""The plan of the house: where a file may lie, and what it may hold (design.md, section 2)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from maru.config import ROOT

FIRST_PARTY = {"maru", "records", "tenants", "contentlib", "auth"}
TREES = [ROOT / name for name in ("auth", "contentlib", "tenants", "platform", "migrations", "tests")]
ROOMS = [ROOT / name for name in ("auth", "contentlib", "tenants", "platform/records")]
SINKS = {"util", "utils", "helper", "helpers", "common", "misc", "shared", "stuff"}
BESIDE_PYTHON = {
    "tenants/sample": {"data"},
    "platform/records/certificates": {"template.typ"},
    "platform/records/destruction": {"template.typ"},
}
"""What lies in a feature beside Python and `templates/`."""
ROUTES = ("pages", "api", "portal")


def sources(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts)


EVERY_SOURCE = {str(path.relative_to(ROOT)): path for tree in TREES for path in sources(tree)}
FEATURES = sorted({path.parent for room in ROOMS for path in sources(room)} - set(ROOMS))
IN_FEATURES = {str(path.relative_to(ROOT)): path for feature in FEATURES for path in sorted(feature.glob("*.py"))}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(tree: ast.AST) -> set[str]:
    """The modules that a tree imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def called(tree: ast.AST) -> set[str]:
    """The names of what a tree calls: `f(...)` and `x.f(...)` are both `f`."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {str(getattr(call, "id", None) or getattr(call, "attr", "")) for call in calls}


def bases(tree: ast.AST) -> set[str]:
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return {ast.unparse(base) for one in classes for base in one.bases}


def test_the_trees_were_found() -> None:
    assert len(EVERY_SOURCE) > 100
    assert {"auth/people/models.py", "platform/records/history/models.py", "tenants/courses/service.py"} <= set(
        IN_FEATURES
    )


def test_platform_is_a_folder_and_not_a_package() -> None:
    """With an __init__.py it would shadow the standard library's platform."""
    assert not (ROOT / "platform" / "__init__.py").exists()
    command = [sys.executable, "-c", "import platform, uuid; print(platform.system())"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip()


def test_no_file_is_a_sink() -> None:
    assert [name for name, path in EVERY_SOURCE.items() if path.stem in SINKS] == []


def test_first_party_imports_stand_at_the_top() -> None:
    blocks = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    late = [
        name
        for name, path in EVERY_SOURCE.items()
        for node in ast.walk(tree_of(path))
        if isinstance(node, blocks) and FIRST_PARTY & {module.split(".")[0] for module in imports(node)}
    ]
    assert late == []


def test_a_feature_says_what_it_is_for_and_nothing_else() -> None:
    """Its `__init__.py` is one docstring."""
    trees = {feature: tree_of(feature / "__init__.py") for feature in FEATURES}
    assert [feature for feature, tree in trees.items() if not ast.get_docstring(tree) or len(tree.body) > 1] == []


def test_a_feature_holds_python_and_templates() -> None:
    for feature in FEATURES:
        inside = {path.name for path in feature.iterdir() if path.suffix != ".py" and path not in FEATURES}
        assert inside - {"__pycache__", "templates"} == BESIDE_PYTHON.get(str(feature.relative_to(ROOT)), set())
        templates = [path for path in (feature / "templates").rglob("*") if path.is_file()]
        assert all(path.suffix == ".html" and path.parent.name == feature.name for path in templates), feature


def test_tables_schemas_and_routes_stand_where_one_looks_for_them() -> None:
    for name, path in IN_FEATURES.items():
        defined, calls = bases(tree_of(path)), called(tree_of(path))
        assert path.stem == "models" or "Model" not in defined, name
        assert path.stem == "schemas" or not defined & {"Schema", "Input", "ListInput"}, name
        assert path.stem in ROUTES or not calls & {"Blueprint", "api_blueprint"}, name


def test_pages_api_and_schemas_hold_no_query() -> None:
    without = (*ROUTES, "schemas")
    paths = {name: path for name, path in IN_FEATURES.items() if path.stem in without}
    assert [name for name, path in paths.items() if "sqlalchemy" in imports(tree_of(path))] == []


def test_features_flush_and_never_commit() -> None:
    """The transaction belongs to the request or the job."""
    assert [name for name, path in IN_FEATURES.items() if "commit" in called(tree_of(path))] == []


def test_only_the_kernel_says_who_asks() -> None:
    """A feature neither calls PostgreSQL's set_config nor writes it into SQL."""
    assert [name for name, path in IN_FEATURES.items() if "set_config" in path.read_text("utf-8")] == []


def test_the_rules_can_fail() -> None:
    planted = ast.parse("def f():\n    from maru.db import session\n    session().commit()\nclass Row(Model): ...")
    assert (imports(planted), called(planted), bases(planted)) == ({"maru.db"}, {"session", "commit"}, {"Model"})
