"""Which addresses take files, read from the code: a new one cannot be forgotten."""

import ast
import inspect
from functools import cache
from pathlib import Path

from django.conf import settings

from tests.access import named_patterns

# `request.FILES` is a form with files; the body itself, or the request handed on to be read,
# is a file sent by a script.
RAW = ("body", "read", "readline")


def _takes_a_file(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr == "FILES" or (node.value.id == "request" and node.attr in RAW)
    return (
        isinstance(node, ast.keyword)
        and isinstance(node.value, ast.Name)
        and node.value.id == "request"
        and node.arg in ("source", "stream", "file")
    )


@cache
def _functions(path: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(path.read_text())
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@cache
def reading_functions(path: Path) -> frozenset[str]:
    """The functions of a module that read a file themselves or call one that does."""
    functions = _functions(path)
    found = {name for name, node in functions.items() if any(map(_takes_a_file, ast.walk(node)))}
    while True:
        more = {
            name
            for name, node in functions.items()
            if name not in found
            and any(isinstance(n, ast.Name) and n.id in found for n in ast.walk(node))
        }
        if not more:
            return frozenset(found)
        found |= more


def upload_addresses() -> set[str]:
    """The names of all addresses whose view reads a file."""
    names = set()
    for name, pattern in named_patterns().items():
        view = inspect.unwrap(pattern.callback)
        path = Path(inspect.getsourcefile(view))
        if settings.BASE_DIR in path.parents and view.__name__ in reading_functions(path):
            names.add(name)
    return names


def modules_that_read_files() -> set[Path]:
    """Every module of the product with a function that reads a file of a request."""
    found = set()
    for app in settings.BASE_DIR.glob("*/"):
        if not (app / "__init__.py").exists() or app.name == "tests":
            continue
        for path in app.rglob("*.py"):
            if "tests" not in path.parts and any(
                _takes_a_file(node)
                for function in _functions(path).values()
                for node in ast.walk(function)
            ):
                found.add(path)
    return found


def modules_with_addresses() -> set[Path]:
    return {
        Path(inspect.getsourcefile(inspect.unwrap(pattern.callback)))
        for name, pattern in named_patterns().items()
        if name in upload_addresses()
    }
