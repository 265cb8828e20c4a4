"""The house stands: imports only point down its floors, and each framework has its own room."""

import ast
import graphlib
import re
from pathlib import Path

import pytest

import gosms_async

HOME = Path(gosms_async.__file__).parent
FLOORS = """
core.errors core.endpoint core.walk core.secret core.origin core.tasks core.enums core.places \
    core.hooks core.schemas core.values text _code_words _version emulator
core.bulk core.convert core.answer core.exchange core.limits core.retry core.transport core.pages \
    core.polling _codes _models
core.report core.queue core.wiring
core.dispatcher
core.call core.transports
core.session
core.client core.lookup
core
_endpoints _wire _checks _devices _listing _waiting _twins _rules
_lookout _deleting
_search
_verify
_sending
_account
_client _errors
__init__
phones stores respx webhooks problems routing listeners otel contrib
fastapi aiohttp taskiq
pytest_plugin
campaign
cli
"""  # the lowest first
ONLY_IN = {
    "httpx": r"core$|core\.session|core\.transport|emulator|pytest_plugin",
    "tenacity": r"core\.retry",
    "cattrs": r"core\.convert",
    "starlette": "emulator",
    "uvicorn": "emulator",
    "jinja2": "emulator",
    "cyclopts": "cli",
    "platformdirs": r"cli|campaign",
    "rich": "cli",
    "tomlkit": "cli",
    "fastapi": "fastapi",
    "aiohttp": "aiohttp",
    "taskiq": "taskiq",
    "opentelemetry": "otel",
    "structlog": r"listeners\.structlog",
    "prometheus_client": r"listeners\.prometheus",
    "pydantic": r"core\.schemas|fastapi",
    "pydantic_core": r"core\.schemas",
    "dbos": "campaign",
    "phonenumbers": "phones|campaign",
    "sqlalchemy": "campaign",
    "python_calamine": "campaign",
    "redis": "stores",
    "psycopg": "stores",
}  # the modules, as a pattern, that may import a framework at run time
FLOOR_OF = {
    name: number for number, names in enumerate(FLOORS.splitlines()) for name in names.split()
}


def dotted(path):
    name = ".".join(path.relative_to(HOME).with_suffix("").parts)
    return name.removesuffix(".__init__")


def place(module):
    """What stands on a floor: a package whole, or a file of the core with those named after it."""
    return re.match(r"core\.[a-z]+|\w+", module)[0]


def floor(module):
    return FLOOR_OF[place(module)]


FILES = {dotted(path): path for path in sorted(HOME.rglob("*.py"))}
everywhere = pytest.mark.parametrize("module", FILES)


def runtime_nodes(tree):
    """All nodes but those that only a type checker sees."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test).endswith("TYPE_CHECKING"):
        return
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from runtime_nodes(child)


def imports(module):
    """Absolute dotted names that a module imports at run time, wherever in the file."""
    path = FILES[module]
    package = ["gosms_async", *path.relative_to(HOME).parent.parts]
    for node in runtime_nodes(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*start, *filter(None, [node.module])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def own_imports(module):
    """Names of modules of this package that a module imports."""
    for name in imports(module):
        if name.partition(".")[0] == "gosms_async":
            inside = name.removeprefix("gosms_async").lstrip(".")
            parent = inside.rpartition(".")[0] or "__init__"
            yield inside if inside in FILES else parent


def test_every_module_has_its_floor():
    assert {place(module) for module in FILES} <= FLOOR_OF.keys()


@everywhere
def test_imports_only_point_down(module):
    elsewhere = {name for name in own_imports(module) if place(name) != place(module)}

    assert {name for name in elsewhere if floor(name) >= floor(module)} == set()


def test_no_imports_go_in_a_circle():
    """Also inside a place, where no floors are drawn."""
    graph = {module: set(own_imports(module)) - {module} for module in FILES}

    assert set(graphlib.TopologicalSorter(graph).static_order()) == set(FILES)


@everywhere
def test_each_framework_is_known_in_its_own_room_only(module):
    known = {name.partition(".")[0] for name in imports(module)}

    strangers = {name for name in known & ONLY_IN.keys() if not re.match(ONLY_IN[name], module)}

    assert strangers == set()


@pytest.mark.parametrize("module", [module for module in FILES if module.startswith("core")])
def test_the_core_names_no_api(module):
    """Whoever lifts the core into another package changes no line of it."""
    assert "gosms" not in FILES[module].read_text().lower()


@everywhere
def test_a_room_enters_the_others_by_public_names(module):
    """Rooms stand above the front door."""
    private = {name for name in imports(module) if re.match(r"gosms_async\b.*\._[^_]", name)}
    own = f"gosms_async.{place(module)}."

    assert floor(module) <= FLOOR_OF["__init__"] or all(name.startswith(own) for name in private)


@everywhere
def test_no_module_is_longer_than_300_lines(module):
    assert len(FILES[module].read_text().splitlines()) <= 300
