"""Mutants inside plain functions, by mutmut 3, in a copy of the sources under .cache/.

mutmut writes all variants of a function side by side, runs the tests once to learn which test
reaches which function, and then forks for each variant. It wants a project of its own: the copy has
the package, the tests and a pyproject.toml made here.
"""

from __future__ import annotations

import ast
import difflib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from mutation.results import Mutant, Score
from mutation.slices import ROOT, Slice, module_name

CACHE: Final = ROOT / ".cache" / "mutation"

KILLED, TIMEOUT = "killed", "timeout"

_PROJECT: Final = """\
[tool.pytest.ini_options]
addopts = "--import-mode=importlib --strict-config --strict-markers"
markers = ["slow"]

[tool.mutmut]
source_paths = ["onionchat"]
only_mutate = {files}
pytest_add_cli_args_test_selection = {tests}
# Plugins that hold a reactor or measure do not bear many runs in one process.
pytest_add_cli_args = ["-p", "no:twisted", "-p", "no:cov", "-p", "no:cacheprovider"]
also_copy = ["docs/"]
use_git_change_detection = false
timeout_multiplier = 4.0
timeout_constant = 2.0
"""


class MutmutFailed(Exception):
    """mutmut itself gave up; the message is the end of what it wrote."""


def run(part: Slice, modules: list[Path], children: int) -> dict[str, Score]:
    """Mutate the functions of these modules; the score of each by its dotted name.

    Raises:
        MutmutFailed: the tests fail without mutants, or mutmut does not work.
    """
    place = _copy(part, modules)
    # The copy comes before the installed package; nothing of it is written back.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(children)]
    done = subprocess.run(
        command, cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    scores = {module_name(path): Score() for path in modules}
    found = False
    for path in modules:
        meta = place / "mutants" / f"{path}.meta"
        if not meta.exists():
            continue
        found = True
        _count(scores[module_name(path)], path, meta, place)
    if done.returncode != 0 or not found:
        raise MutmutFailed((done.stdout + done.stderr)[-3000:])
    return scores


def _copy(part: Slice, modules: list[Path]) -> Path:
    place = CACHE / part.name
    shutil.rmtree(place, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "onionchat", place / "onionchat", ignore=ignored)
    shutil.copytree(ROOT / "tests" / "unit", place / "tests" / "unit", ignore=ignored)
    shutil.copytree(ROOT / "tests" / "vectors", place / "tests" / "vectors", ignore=ignored)
    shutil.copytree(ROOT / "docs" / "spec", place / "docs" / "spec")
    shutil.copy(ROOT / "mutation" / "profile.py", place / "tests" / "conftest.py")
    text = _PROJECT.format(
        files=json.dumps([str(path) for path in modules]), tests=json.dumps(list(part.tests))
    )
    (place / "pyproject.toml").write_text(text, encoding="utf-8")
    return place


def _count(score: Score, path: Path, meta: Path, place: Path) -> None:
    # mutmut's own names for exit statuses; it is imported here, so that the rest works without it.
    from mutmut.stats import status_by_exit_code

    codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    bodies: dict[str, list[str]] | None = None
    for key, code in codes.items():
        status = status_by_exit_code[code]
        if status in (KILLED, TIMEOUT):
            score.killed += 1
            score.timeouts += status == TIMEOUT
            continue
        if bodies is None:
            bodies = _functions(place / "mutants" / path)
        score.survived.append(_difference(path, key.rpartition(".")[2], bodies))


def _functions(path: Path) -> dict[str, list[str]]:
    """The source lines of all functions in what mutmut wrote, by name."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    return {
        node.name: lines[node.lineno - 1 : node.end_lineno]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _difference(path: Path, variant: str, bodies: dict[str, list[str]]) -> Mutant:
    """What was changed, from the two versions in mutmut's file."""
    original = variant[: variant.index("__mutmut_")] + "__mutmut_orig"
    before = [line.replace(original, "…") for line in bodies[original]]
    after = [line.replace(variant, "…") for line in bodies[variant]]
    changed = [line for line in difflib.ndiff(before, after) if line[:2] in ("- ", "+ ")]
    old, new = (
        "\n".join(line[2:].strip() for line in changed if line.startswith(sign)) for sign in "-+"
    )
    name = variant[: variant.index("__mutmut_")].removeprefix("x")
    parts = [part for part in name.split("\u01c1") if part]
    dotted = [name.removeprefix("_")] if "\u01c1" not in name else parts
    return Mutant(".".join([module_name(path), *dotted]), old, new)
