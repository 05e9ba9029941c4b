"""The rules of the rooms: who imports whom, what is pure, how modules look.

Each rule is a function over one module's source, so that each is also tried on a
source that breaks it.
"""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("gateway", "loadbalancer", "services")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text()
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
}
LONGEST = 300
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}
STARTS_TASKS = {"services.runtime.lifecycle"}


def is_pure(source: str) -> bool:
    """Whether a paragraph of the module's docstring begins with "Pure."."""
    docstring = ast.get_docstring(ast.parse(source)) or ""
    return any(paragraph.startswith("Pure.") for paragraph in docstring.split("\n\n"))


def imports(source: str) -> set[str]:
    """Top-level packages that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def bare_tasks(source: str) -> list[int]:
    """Lines that start a task which no block waits for; a TaskGroup's are waited for."""
    tree = ast.parse(source)
    groups = {
        ast.unparse(item.optional_vars)
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncWith)
        for item in node.items
        if item.optional_vars and ast.unparse(item.context_expr).endswith("TaskGroup()")
    } | {
        node.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.arg) and node.annotation
        if ast.unparse(node.annotation).endswith("TaskGroup")
    }
    groups |= {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.value).endswith("TaskGroup()")
        for target in node.targets
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and starts_a_task(node.func, groups)
    ]


def starts_a_task(function: ast.expr, groups: set[str]) -> bool:
    match function:
        case ast.Attribute(value=owner, attr="create_task"):
            return ast.unparse(owner) not in groups
        case ast.Attribute(attr="ensure_future") | ast.Name(id="create_task" | "ensure_future"):
            return True
    return False


@pytest.fixture(scope="module")
def contracts() -> dict[str, dict]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {found["id"]: found for found in settings["tool"]["importlinter"]["contracts"]}


def test_the_rooms_keep_their_import_contracts():
    linter = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_contract_on_pure_files_lists_what_says_that_it_is_pure(contracts):
    says = {name for name, source in MODULES.items() if is_pure(source)}
    listed = set(contracts["pure"]["source_modules"])
    assert says - listed == set(), "pure by its docstring, not in pyproject.toml"
    assert listed - says == set(), "pure in pyproject.toml, not by its docstring"


def test_the_contract_on_pure_files_forbids_io_clocks_chance_and_the_wire(contracts):
    forbidden = set(contracts["pure"]["forbidden_modules"])
    assert forbidden >= {"asyncio", "grpc", "structlog", "time", "random", "evenflow"}


def test_modules_are_short():
    lengths = {name: len(source.splitlines()) for name, source in MODULES.items()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_modules_are_named_for_what_they_are():
    assert [name for name in MODULES if SAYS_NOTHING & set(name.split("."))] == []


def test_modules_say_what_they_decide():
    trees = {name: ast.parse(source) for name, source in MODULES.items()}
    assert [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


def test_tasks_are_started_where_their_end_is_waited_for():
    bare = {name: bare_tasks(MODULES[name]) for name in MODULES.keys() - STARTS_TASKS}
    assert {name: lines for name, lines in bare.items() if lines} == {}


def test_tensorflow_is_imported_by_engines_and_training_alone():
    users = {name for name, source in MODULES.items() if {"tensorflow", "keras"} & imports(source)}
    strangers = [
        name
        for name in users
        if not name.startswith(("services.worker.engines.", "services.worker.training."))
    ]
    assert strangers == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("asyncio.create_task(work())", [1]),
        ("from asyncio import create_task\ncreate_task(work())", [2]),
        ("asyncio.get_running_loop().create_task(work())", [1]),
        ("asyncio.ensure_future(work())", [1]),
        ("async def f():\n async with asyncio.TaskGroup() as g:\n  g.create_task(work())", []),
        ("def f(group: asyncio.TaskGroup):\n group.create_task(work())", []),
    ],
)
def test_the_rule_on_tasks_finds_bare_ones(source, lines):
    assert bare_tasks(source) == lines


@pytest.mark.parametrize(
    ("source", "pure"),
    [
        ('"""A title.\n\nPure. Decides.\n"""', True),
        ('"""Pure. A title."""', True),
        ('"""A title.\n\nNot Pure.\n"""', False),
        ("x = 1", False),
    ],
)
def test_a_pure_file_is_known_by_its_docstring(source, pure):
    assert is_pure(source) is pure
