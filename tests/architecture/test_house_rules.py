"""The house's rules that no other tool holds: sizes, docstrings, a pure core, a project that speaks of itself alone.

Every rule goes through the files that git keeps or would keep, so that a new file is held to it from its first day.
"""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HAND_WRITTEN = {".py", ".js", ".css", ".html", ".conf", ".j2", ".sh"}
LONGEST = 400
"""Lines; a file fits one thought."""

PURE = {
    "bisect",
    "collections",
    "dataclasses",
    "difflib",
    "enum",
    "functools",
    "heapq",
    "itertools",
    "math",
    "operator",
    "re",
    "typing",
    "acd",
}
"""What the core may import; of `acd` only itself."""

BANNED = {
    "a path of somebody's machine": r"/(?:work|root|Users|home/[a-z]+)/|/tmp/lab",
    "the host of a package registry": r"(?:pypi|pythonhosted|npmjs|debian|ubuntu)\.(?:org|net|com)|proxy\.golang",
    "a number of somebody's list of tasks": r"\bissue \d+\b",
}
"""What no committed file may hold. Written as patterns, so that this file does not hold it either."""

ALLOWED = {("a path of somebody's machine", "tests/architecture/test_house_rules.py")}
"""Places that cannot do without."""


def kept(*suffixes: str) -> list[Path]:
    """The files of the project, tracked or about to be, by the end of their names."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    paths = [ROOT / name for name in found if name and (not suffixes or Path(name).suffix in suffixes)]
    return [path for path in paths if path.is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def faults_in(paths: list[Path], rule: str, pattern: str) -> list[str]:
    """Where the files break a rule of `BANNED`, as `file:line`."""
    faults = []
    for path in paths:
        if (rule, name_of(path)) in ALLOWED:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        faults += [
            f"{name_of(path)}:{number}" for number, line in enumerate(text.splitlines(), 1) if re.search(pattern, line)
        ]
    return faults


@pytest.fixture(scope="module", autouse=True)
def a_checkout() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: there is no list of the project's files")


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {name_of(path): count for path in kept(*HAND_WRITTEN) if (count := _lines(path)) > LONGEST}
    assert not long


def test_every_module_of_the_source_says_what_it_is_for() -> None:
    modules = [path for path in kept(".py") if path.is_relative_to(ROOT / "src")]
    assert len(modules) > 50
    silent = [name_of(path) for path in modules if not ast.get_docstring(_tree(path))]
    assert not silent


def test_the_core_imports_only_itself_and_the_pure_part_of_the_standard_library() -> None:
    impure = []
    for path in kept(".py"):
        if path.is_relative_to(ROOT / "src/acd/core"):
            for module in _imports(_tree(path)):
                first, _, rest = module.partition(".")
                if first not in PURE or (first == "acd" and not rest.startswith("core")):
                    impure.append(f"{name_of(path)}: {module}")
    assert not impure


def test_the_core_iterates_over_no_set_to_decide() -> None:
    """A set's order differs from process to process; `sorted(...)` and membership are fine."""
    loops = []
    for path in kept(".py"):
        if path.is_relative_to(ROOT / "src/acd/core"):
            found = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.For | ast.comprehension)]
            loops += [f"{name_of(path)}:{node.iter.lineno}" for node in found if _is_set(node.iter)]
    assert not loops


def test_imports_point_down_towards_the_core() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("rule", BANNED)
def test_no_committed_file_speaks_of_anything_but_the_project(rule: str) -> None:
    faults = faults_in(kept(), rule, BANNED[rule])
    assert not faults


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("a path of somebody's machine", "see /ho" + "me/li/notes"),
        ("the host of a package registry", "https://py" + "pi.org/simple"),
        ("a number of somebody's list of tasks", "as said in iss" + "ue 12"),
    ],
)
def test_the_check_for_strange_words_finds_them(rule: str, line: str, tmp_path: Path) -> None:
    assert re.search(BANNED[rule], line)


def test_test_files_of_different_folders_have_different_names() -> None:
    """The test folders are no packages; two files of one name would be taken for one."""
    names = [path.name for path in kept(".py") if path.name.startswith("test_")]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.append(node.module or "")
    return found


def _is_set(node: ast.expr) -> bool:
    """Whether an expression is plainly a set: displayed, called for, or made of two views of keys."""
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.BinOp):
        return _is_view(node.left) or _is_view(node.right)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("set", "frozenset")


def _is_view(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "keys"
