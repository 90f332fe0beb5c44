"""What is imported is declared, where it is imported."""

from __future__ import annotations

import ast
import functools
import sys
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlib_metadata import packages_distributions
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support import ROOT

#: What type checkers know by themselves, standard library or not.
BUILT_IN = {*sys.stdlib_module_names, "_typeshed"}
#: Extras, and the folders or files whose code they are for.
EXTRAS = {"charts": "status", "fastapi": "fastapi.py", "flask": "flask.py", "sandbox": "sandbox"}
#: Modules of the platform itself, for which tests have stand-ins.
PLATFORM = {"lms", "openedx"}
#: What the platform's image has anyway, for the app that is installed there.
IN_THE_IMAGE = {"django", "edx-opaque-keys"}


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path, *, for_types: bool) -> set[str]:
    """Return the top-level modules of others that a file imports, those imported only for types or all others."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    only_for_types = {id(node) for block in ast.walk(tree) if _is_for_types(block) for node in ast.walk(block)}
    names = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if (id(node) in only_for_types) == for_types
        for name in _names(node)
    }
    return names - BUILT_IN - PLATFORM - {"benchmarks", "docs", "tests", "tutorcloudfront"}


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("t.TYPE_CHECKING", "TYPE_CHECKING")


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module


@pytest.fixture(scope="module")
def declared() -> dict[str, set[str]]:
    """The names of the packages that setup.py requires, by extra, `""` for those of every installation."""
    arguments = next(
        node
        for node in ast.walk(ast.parse((ROOT / "setup.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "setup"
    )
    required = next(keyword.value for keyword in arguments.keywords if keyword.arg == "install_requires")
    constants = {
        node.targets[0].id: node.value
        for node in ast.parse((ROOT / "setup.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    return {
        "": _requirements(required),
        **{extra: _requirements(constants[extra.upper()]) for extra in EXTRAS},
        "dev": {name for extra in (*EXTRAS, "dev") for name in _requirements(constants[extra.upper()])},
    }


def _requirements(node: ast.expr) -> set[str]:
    texts = (item.value for item in ast.walk(node) if isinstance(item, ast.Constant))
    return {canonicalize_name(Requirement(text).name) for text in texts if isinstance(text, str)}


def undeclared(modules: set[str], declared: set[str]) -> set[str]:
    return {module for module in modules if not {canonicalize_name(name) for name in providers(module)} & declared}


def providers(module: str) -> list[str]:
    """Return the installed packages that have a module of this name."""
    return list(installed().get(module, [module]))


@functools.cache
def installed() -> t.Mapping[str, list[str]]:
    return packages_distributions()


@pytest.mark.parametrize("path", sources("tutorcloudfront"), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_of_the_package_are_declared(path: Path, declared: dict[str, set[str]]) -> None:
    allowed = declared[""].union(*(declared[extra] for extra, folder in EXTRAS.items() if folder in path.parts))
    if "access" in path.parts and "lms" in path.parts:
        allowed = allowed | IN_THE_IMAGE
    assert undeclared(imported(path, for_types=False), allowed) == set()
    assert undeclared(imported(path, for_types=True), allowed | declared["dev"]) == set()


@pytest.mark.parametrize(
    "path",
    [*sources("benchmarks"), *sources("docs"), *sources("tests")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_imports_of_what_is_not_installed_are_declared(path: Path, declared: dict[str, set[str]]) -> None:
    modules = imported(path, for_types=False) | imported(path, for_types=True)
    assert undeclared(modules, declared[""] | declared["dev"]) == set()
