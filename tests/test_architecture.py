"""What nobody can keep in the head: direction of imports, pure rules, owned tables, stated readers, clean pages."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "kervan"
APPS = ["core", "institutions", "people", "agreements", "courses", "selection", "demo"]
IMPURE = ("django", "psycopg", "sqlite3", "requests", "urllib", "socket", "subprocess", "random", "threading")
CLOCK_CALLS = {"now", "today", "utcnow", "time", "monotonic", "localtime", "gmtime", "localdate"}
INSTALLATION_WIDE = {"people.User"}


def own_sources(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.py")) if "tests" not in path.relative_to(folder).parts]


def imported_modules(path: Path) -> Iterator[str]:
    """Yield every module that a file imports anywhere, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("app", APPS)
def test_app_imports_only_apps_above_it(app: str) -> None:
    below = {f"kervan.{name}" for name in APPS[APPS.index(app) + 1 :]} | {"kervan.urls"}
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in own_sources(PACKAGE / app)
        for module in imported_modules(path)
        if ".".join(module.split(".")[:2]) in below
    ]
    assert wrong == []


def rule_files() -> list[Path]:
    return [path for app in APPS for path in own_sources(PACKAGE / app / "rules")]


def test_every_app_folder_is_in_the_list_of_apps() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/apps.py")}
    assert folders <= set(APPS)


def test_rules_use_no_framework_database_or_network() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in rule_files()
        for module in imported_modules(path)
        if module.split(".")[0] in IMPURE or (module.startswith("kervan.") and not is_pure(module))
    ]
    assert wrong == []


def is_pure(module: str) -> bool:
    """Rules may use other rules, and of `core` the files that are pure themselves."""
    if ".rules" in module:
        return True
    path = PACKAGE.joinpath(*module.split(".")[1:3]).with_suffix(".py")
    return path.exists() and not any(name.split(".")[0] in IMPURE for name in imported_modules(path))


def test_rules_read_no_clock() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in rule_files()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_CALLS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"date", "datetime", "time", "timezone"}
    ]
    assert wrong == []


def own_models() -> list[Any]:
    from django.apps import apps

    return [model for model in apps.get_models() if model.__module__.startswith("kervan.")]


def test_every_table_is_shared_or_owned_by_an_office() -> None:
    wrong = [model._meta.label for model in own_models() if is_shared(model) == is_owned(model)]
    assert wrong == []


def is_shared(model: Any) -> bool:
    return bool(getattr(model, "is_shared_table", False)) or model._meta.label in INSTALLATION_WIDE


def is_owned(model: Any) -> bool:
    office = next((field for field in model._meta.fields if field.name == "office"), None)
    return office is not None and not office.null


def test_every_owned_table_can_be_asked_for_what_its_reader_may_see() -> None:
    ways = ("visible_to", "in_office_of")
    wrong = [
        model._meta.label
        for model in own_models()
        if is_owned(model) and not any(hasattr(model._default_manager, way) for way in ways)
    ]
    assert wrong == []


def views(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = f"{prefix}{pattern.pattern}"
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns, path)
        else:
            yield path, pattern.callback


def test_every_view_states_its_readers() -> None:
    from django.urls import get_resolver

    from kervan.core.middleware import THIRD_PARTY

    wrong = [
        path
        for path, view in views(get_resolver().url_patterns)
        if not hasattr(view, "readers") and not view.__module__.startswith(THIRD_PARTY)
    ]
    assert wrong == []


def templates() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.html") if "templates" in path.parts)


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("inline style", r"<style\b|\sstyle\s*="),
        ("inline script", r"<script\b(?![^>]*\bsrc\s*=)|\son[a-z]+\s*=\s*[\"']|javascript:|\shx-on\b"),
        ("foreign host", r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//"),
    ],
)
def test_no_template_needs_what_the_policy_forbids(what: str, pattern: str) -> None:
    found = re.compile(pattern, re.IGNORECASE)
    assert [name_of(path) for path in templates() if found.search(path.read_text("utf-8"))] == [], what


def test_there_is_one_stylesheet() -> None:
    assert len(list(PACKAGE.rglob("*.css"))) <= 1


def test_locks_name_no_host() -> None:
    lines = [line for lock in ROOT.glob("*.lock") for line in lock.read_text("utf-8").splitlines()]
    assert lines
    assert [line for line in lines if re.search(r"https?://|file:|^-", line)] == []


def test_every_rule_has_a_docstring() -> None:
    wrong = [
        f"{name_of(path)}: {node.name}"
        for path in rule_files()
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert wrong == []


def test_an_old_python_can_read_the_start_script() -> None:
    ast.parse((ROOT / "kervan").read_text("utf-8"), feature_version=(3, 6))


def test_no_module_is_called_utils() -> None:
    assert [name_of(path) for path in PACKAGE.rglob("utils*.py")] == []


def test_migrations_use_our_code_only_where_django_names_a_field_or_default() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in PACKAGE.glob("*/migrations/*.py")
        for module in imported_modules(path)
        if module.startswith("kervan.") and module.split(".")[2] not in {"identity", "models"}
    ]
    assert wrong == []


def test_a_lock_over_joined_tables_names_its_own() -> None:
    """PostgreSQL refuses to lock the far side of an optional relation, and locking an office would stop everybody."""
    joined = re.compile(
        r"select_for_update\(\)\s*\.select_related\(|select_related\([^()]*\)\s*\.select_for_update\(\)"
    )
    assert [
        name_of(path) for app in APPS for path in own_sources(PACKAGE / app) if joined.search(path.read_text())
    ] == []


def test_settings_start_without_any_variable() -> None:
    assert importlib.import_module("kervan.settings").DATABASES["default"]["ATOMIC_REQUESTS"] is False
