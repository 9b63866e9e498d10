"""Guards of the house: imports point down, migrations are complete."""

import ast
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ORDER = (
    "accounts", "records", "stations", "veterans", "volunteers", "activities", "accreditation",
    "config",
)  # fmt: skip
# The root of every scope is named, as a string, by the apps below it.
UPWARD_KEYS = {"stations.Region", "stations.Station"}
FIELDS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


def sources(app: str) -> list[Path]:
    return [
        path
        for path in sorted((settings.BASE_DIR / app).rglob("*.py"))
        if not {"tests", "migrations"} & set(path.relative_to(settings.BASE_DIR).parts)
    ]


def imports(tree: ast.AST) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name.split(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.lineno, node.module.split(".")[0]))
    return found


def keys(tree: ast.AST) -> list[tuple[int, str]]:
    """Models that relation fields name as strings."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in FIELDS and node.args:
            target = node.args[0]
            if isinstance(target, ast.Constant) and "." in str(target.value):
                found.append((node.lineno, target.value))
    return found


def upward(app: str, found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    above = ORDER[ORDER.index(app) + 1 :]
    return [(line, name) for line, name in found if name.split(".")[0] in above]


@pytest.mark.parametrize("app", ORDER)
def test_imports_point_down(app):
    wrong = []
    for path in sources(app):
        tree = ast.parse(path.read_text())
        where = path.relative_to(settings.BASE_DIR)
        wrong += [f"{where}:{line} imports {name}" for line, name in upward(app, imports(tree))]
        wrong += [
            f"{where}:{line} refers to {name}"
            for line, name in upward(app, keys(tree))
            if name not in UPWARD_KEYS
        ]

    assert wrong == []


def reads(tree: ast.AST) -> list[int]:
    """Lines that let a page be read with GET but not be asked for with HEAD."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "require_GET":
            found.append(node.lineno)
        elif isinstance(node, ast.List):
            methods = {getattr(item, "value", None) for item in node.elts}
            if "GET" in methods and "HEAD" not in methods:
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("app", ORDER)
def test_what_answers_get_answers_head(app):
    wrong = [
        f"{path.relative_to(settings.BASE_DIR)}:{line}: require_safe, or HEAD beside GET"
        for path in sources(app)
        for line in reads(ast.parse(path.read_text()))
    ]

    assert wrong == []


def test_the_guard_sees_a_page_without_head():
    tree = ast.parse(
        "@require_GET\ndef a(): ...\n"
        '@require_http_methods(["GET", "POST"])\ndef b(): ...\n'
        '@require_http_methods(["GET", "HEAD", "POST"])\ndef c(): ...\n'
    )

    assert reads(tree) == [1, 3]


def test_the_guard_sees_what_it_guards_against():
    tree = ast.parse(
        "import accreditation.scoring\n"
        "def late():\n"
        "    from veterans.models import Veteran\n"
        "field = models.ForeignKey('activities.Plan')\n"
    )

    assert upward("records", imports(tree)) == [(1, "accreditation"), (3, "veterans")]
    assert upward("records", keys(tree)) == [(4, "activities.Plan")]
    assert upward("config", imports(tree)) == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    output = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=output)
    except SystemExit:
        pytest.fail(output.getvalue())
