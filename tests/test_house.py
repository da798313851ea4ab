"""The house's rules, read from the source: floors, sizes, a test for each file. Each failure says what to do."""

from __future__ import annotations

import ast
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {"base": 0, "rules": 1, "actions": 3, "edge": 4, "run": 5, "commands": 5}
FLOORS |= dict.fromkeys(("store", "archive", "rails", "client"), 2)
ROOF = 6
# Who else may know these libraries: nobody.
OWNERS = {
    "starlette": "edge",
    "uvicorn": "edge",
    "redis": "store",
    "hiredis": "store",
    "sqlalchemy": "archive",
    "alembic": "archive",
    "psycopg": "archive",
    "stripe": "rails",
    "httpx2": "rails",
    "stdnum": "rails",
}
IMPURE = {"asyncio", "socket", "time", "os", "random", "secrets", "subprocess", "threading"}
# The commands, so that the chosen one alone is loaded; client libraries, so that the usual start does without.
LAZY = {
    "app/cli.py",
    "app/run/program.py",
    "app/run/supervisor.py",
    "app/rails/payments/choose.py",
    "app/rails/payouts/choose.py",
}
LINES_MAX = {".py": 400, ".js": 300, ".lua": 150, ".css": 400}
TEST_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
DOCSTRING_LINES_MAX = 5
# In two parts each: the rule holds for this file as well.
REGISTRY_HOSTS = [
    "".join(parts)
    for parts in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("yarn", "pkg.com"),
        ("js", "delivr.net"),
        ("un", "pkg.com"),
        ("docker", ".io"),
        ("ghcr", ".io"),
        ("proxy.golang", ".org"),
        ("crates", ".io"),
        ("deb.debian", ".org"),
    )
]


@cache
def files(*suffixes: str) -> list[Path]:
    """The repository's files with these suffixes; without suffixes, all of them."""
    left_out = {".git", ".venv", ".fanfare", ".hypothesis", "__pycache__", "node_modules", "dist"}

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.name in left_out or path.name.endswith("_cache") or path.is_symlink():
                continue
            if path.is_dir():
                yield from walk(path)
            elif not suffixes or path.suffix in suffixes:
                yield path

    return list(walk(ROOT))


class Function(NamedTuple):
    """A function as it is written."""

    line: int
    name: str
    lines: int
    docstring: str | None
    imports: list[int]


class Source(NamedTuple):
    """What the rules ask about a file; its syntax tree, of all files a few hundred MB, is not kept."""

    docstring: str
    # Line and name of all that it imports; of `from a import b` both a and a.b.
    imported: list[tuple[int, str]]
    functions: list[Function]
    # Line and name of whatever is named in it, of `a.b` both.
    names: list[tuple[int, str]]


@cache
def source(path: Path) -> Source:
    """What is written in a file."""
    tree = ast.parse(path.read_bytes(), str(path))
    found = Source(ast.get_docstring(tree) or "", [], [], [])
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.names.append((node.lineno, node.id))
        elif isinstance(node, ast.Attribute):
            found.names.append((node.lineno, node.attr))
        elif isinstance(node, ast.Import):
            found.imported.extend((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found.imported.append((node.lineno, module))
            found.imported.extend((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            hidden = [n.lineno for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            found.functions.append(Function(node.lineno, node.name, lines, ast.get_docstring(node), hidden))
    return found


def name(path: Path) -> str:
    """The path as it is written here, from the top of the repository."""
    return path.relative_to(ROOT).as_posix()


def app_files() -> list[Path]:
    """The Python files of the application."""
    return [path for path in files(".py") if name(path).startswith("app/")]


def floor(path: Path) -> int:
    """The floor that a file of the application is on."""
    return FLOORS.get(path.relative_to(ROOT / "app").parts[0], ROOF)


@cache
def module_file(module: str) -> Path | None:
    """The file of a module of ours, None where the name is no module."""
    path = ROOT.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.exists():
            return candidate
    return None


def imported(path: Path) -> list[tuple[int, str]]:
    """Line and name of all that a file imports; of `from a import b` both a and a.b."""
    found = source(path).imported
    relative = [line for line, module in found if module.startswith(".")]
    assert not relative, f"{name(path)}:{relative}: write the import in full, from app..."
    return found


def inner(path: Path) -> Iterator[tuple[int, Path]]:
    """Line and file of those imports that are files of the application, the package itself left out."""
    for line, module in imported(path):
        found = module_file(module) if module.split(".")[0] == "app" else None
        if found and found not in (path, ROOT / "app" / "__init__.py"):
            yield line, found


def listed(problems: list[str], advice: str) -> str:
    """A failure's text: what is wrong, one a line, and what to do about it."""
    return "\n".join([advice, *(f"  {problem}" for problem in problems)])


def test_imports_go_down_only() -> None:
    """A file imports from its own floor or a lower one."""
    problems = [
        f"{name(path)}:{line} imports {name(target)}"
        for path in app_files()
        for line, target in inner(path)
        if floor(target) > floor(path)
    ]

    assert not problems, listed(problems, "Move what is needed down, or pass it in from above:")


def test_imports_make_no_cycle() -> None:
    """No file needs itself, by whatever way around."""
    graph = {path: sorted({target for _, target in inner(path)}) for path in app_files()}
    done: set[Path] = set()

    def cycle(path: Path, way: list[Path]) -> list[Path]:
        if path in way:
            return [*way[way.index(path) :], path]
        if path not in done:
            for target in graph[path]:
                if found := cycle(target, [*way, path]):
                    return found
            done.add(path)
        return []

    found = next(filter(None, (cycle(path, []) for path in graph)), [])

    assert not found, f"Split out what both need into a third file: {' -> '.join(map(name, found))}"


def test_imports_stand_at_the_top() -> None:
    """No import hides inside a function, or in an `if TYPE_CHECKING`."""
    problems = []
    for path in app_files():
        for function in source(path).functions:
            problems += [f"{name(path)}:{line} inside {function.name}()" for line in function.imports]
        for line, called in source(path).names:
            if called == "TYPE_CHECKING" or (called == "import_module" and name(path) not in LAZY):
                problems.append(f"{name(path)}:{line} {called}")

    assert not problems, listed(
        sorted(problems), "Put the import at the top; where that makes a cycle, split the file:"
    )


@pytest.mark.parametrize("library", OWNERS)
def test_libraries_stay_on_their_floor(library: str) -> None:
    """One folder alone knows the web framework, one the store's client, one the archive's database."""
    problems = [
        f"{name(path)}:{line}"
        for path in app_files()
        for line, module in imported(path)
        if module == library and path.relative_to(ROOT / "app").parts[0] != OWNERS[library]
    ]

    assert not problems, listed(problems, f"Only app/{OWNERS[library]} may import {library}; wrap it there:")


def test_rules_are_pure() -> None:
    """A rule knows no I/O, no clock, no chance and no environment."""
    problems = [
        f"{name(path)}:{line} imports {module}"
        for path in app_files()
        if floor(path) == FLOORS["rules"]
        for line, module in imported(path)
        if module.split(".")[0] in IMPURE
    ]

    assert not problems, listed(problems, "Pass the time, the bytes or the setting in as an argument:")


def test_bootstrap_needs_nothing_installed() -> None:
    """What runs before the installation imports the standard library alone."""
    problems = [
        f"{name(path)}:{line} imports {module}"
        for path in (ROOT / "app" / "bootstrap.py", ROOT / "app" / "__init__.py")
        for line, module in imported(path)
        if module.split(".")[0] not in sys.stdlib_module_names
    ]

    assert not problems, listed(problems, "Do without it; nothing is installed yet when this runs:")


def test_files_are_short() -> None:
    """No file is longer than its kind may be."""
    problems = [
        f"{name(path)}: {lines} lines of at most {most}"
        for path in files(*LINES_MAX)
        if (lines := len(path.read_text().splitlines()))
        > (most := TEST_LINES_MAX if name(path).startswith("tests/") else LINES_MAX[path.suffix])
    ]

    assert not problems, listed(problems, "Split the file where it speaks of two things:")


def test_functions_are_short() -> None:
    """No function is longer than a screen."""
    problems = [
        f"{name(path)}:{function.line} {function.name}(): {function.lines} lines of at most {FUNCTION_LINES_MAX}"
        for path in files(".py")
        for function in source(path).functions
        if function.lines > FUNCTION_LINES_MAX
    ]

    assert not problems, listed(problems, "Take a step of it out into a function with a name:")


def test_every_file_has_its_tests() -> None:
    """For app/<floor>/<file>.py there is tests/<floor>/test_<file>.py."""
    problems = []
    for path in app_files():
        inside = path.relative_to(ROOT / "app")
        expected = ROOT / "tests" / inside.parent / f"test_{inside.name}"
        # What the archive's steps make is proved of all of them together, by test_migrate.py.
        if not inside.name.startswith("__") and "migrations" not in inside.parts and not expected.exists():
            problems.append(f"{name(expected)} for {name(path)}")

    assert not problems, listed(problems, "Write the tests of these files:")


def test_every_test_says_what_is_true() -> None:
    """Each test has a docstring: the sentence that it proves."""
    problems = [
        f"{name(path)}:{function.line} {function.name}()"
        for path in files(".py")
        if path.name.startswith("test_")
        for function in source(path).functions
        if function.name.startswith("test_") and not function.docstring
    ]

    assert not problems, listed(problems, "Give each a docstring of one true sentence:")


def test_every_module_says_what_it_is() -> None:
    """Each module of the program has a docstring of a few lines."""
    problems = []
    for path in files(".py"):
        # A tree that is drawn is a picture, not prose.
        prose = [line for line in source(path).docstring.splitlines() if line[:1] not in "├│└" or not line]
        if name(path).startswith(("app/", "loadtest/")) and not 0 < len(prose) <= DOCSTRING_LINES_MAX:
            problems.append(name(path))

    assert not problems, listed(problems, f"Say in 1 to {DOCSTRING_LINES_MAX} lines what it is:")


def test_every_script_has_a_header() -> None:
    """Each Lua script says above its first statement what it is for."""
    problems = []
    for path in files(".lua"):
        header = []
        for line in path.read_text().splitlines():
            if not line.startswith(("--", "#!")):
                break
            header.append(line)
        if not any(line.startswith("-- ") and "@include" not in line for line in header):
            problems.append(name(path))

    assert not problems, listed(problems, "Begin with a comment: purpose, KEYS, ARGV, returns, errors:")


def test_the_pages_modules_pass_their_linter() -> None:
    """Names are spelled in one way in all of static, and nothing there is unused or undefined."""
    oxlint = Path(sysconfig.get_path("scripts")) / "oxlint"
    if not oxlint.exists():
        pytest.fail(f"there is no {oxlint}: install the tests' dependencies of pyproject.toml")
    told = subprocess.run([oxlint, "static"], cwd=ROOT, capture_output=True, text=True, timeout=50)

    assert 0 == told.returncode, told.stdout + told.stderr


def test_no_registry_is_named() -> None:
    """Where packages come from is the user's setting, and stands in no file of ours."""
    problems = []
    for path in files():
        text = path.read_bytes().decode("utf-8", errors="ignore").lower()
        problems += [f"{name(path)} names {host}" for host in REGISTRY_HOSTS if host in text]

    assert not problems, listed(problems, "Say the package's name alone:")


def test_the_server_knows_no_load_test() -> None:
    """The load test is built on the program, never the other way round; its commands come by entry point."""
    problems = [
        f"{name(path)}:{line} imports {module}"
        for path in app_files()
        for line, module in imported(path)
        if module.split(".")[0] in ("loadtest", "tests")
    ]
    problems += [name(path) for path in app_files() if '"loadtest' in path.read_text()]

    assert not problems, listed(problems, "Add a command by an entry point, as pyproject.toml does:")
