"""Mutants of what mutmut leaves out: constants, bounds of wire types, options, decorated functions.

In a decoder made of declarations those are the rules: a bound in a type is what keeps an attacker's
array short.
"""

from __future__ import annotations

import ast
import copy
import difflib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mutation import forks
from mutation.results import Mutant, Score
from mutation.slices import ROOT, Slice, module_name

SLOWER: Final = 10
"""A run that takes so many times as long as the one without mutants counts as one that never ends;
on a busy machine both are slow."""

SECONDS: Final = 60.0
"""But never before this."""

_COMPARE: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_BINARY: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
}

_PLAIN_DECORATORS: Final = {"staticmethod", "classmethod"}
"""Functions with one of these alone are mutmut's."""


def run(part: Slice, modules: list[Path]) -> dict[str, Score]:
    """Try all of them; the score of each module by its dotted name.

    Raises:
        RuntimeError: the tests fail without mutants.
    """
    forks.warm_up()
    start = time.monotonic()
    if forks.run(None, part.tests, SLOWER * SECONDS) != forks.SURVIVED:
        raise RuntimeError(f"the tests of {part.name} fail as they are")
    seconds = max(SECONDS, SLOWER * (time.monotonic() - start))
    scores: dict[str, Score] = {}
    for path in modules:
        score = scores[module_name(path)] = Score()
        for changed in mutants(path):
            became = forks.run(changed, part.tests, seconds)
            if became == forks.SURVIVED:
                score.survived.append(changed.mutant)
            elif became == forks.BROKEN:
                raise RuntimeError(f"no tests could be run with {changed.mutant}")
            else:
                score.killed += 1
                score.timeouts += became == forks.TIMEOUT
    return scores


def mutants(path: Path) -> Iterator[forks.Changed]:
    """Every mutant of one module's declarations; `path` is relative to the root."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    for number, (holder, node) in enumerate(_places(tree)):
        for variant in range(_variants(node)):
            # Change a copy, found again by its number: trees cannot be shared.
            changed = copy.deepcopy(tree)
            _, target = list(_places(changed))[number]
            before = ast.unparse(changed).splitlines()
            _change(target, variant)
            after = ast.unparse(ast.fix_missing_locations(changed)).splitlines()
            yield forks.Changed(_mutant(path, holder, before, after), path, changed)


def _mutant(path: Path, holder: str, before: list[str], after: list[str]) -> Mutant:
    lines = [line for line in difflib.ndiff(before, after) if line[:2] in ("- ", "+ ")]
    old, new = (
        "\n".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return Mutant(".".join(part for part in (module_name(path), holder) if part), old, new)


def _places(tree: ast.Module) -> list[tuple[str, ast.AST]]:
    """All nodes that can be changed, with the dotted name of the class or function around them."""
    found: list[tuple[str, ast.AST]] = []

    def visit(node: ast.AST, holder: str, inside: bool) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = f"{holder}.{node.name}".strip(".")
            if not inside and not _is_ours(node):
                return
            for child in [*node.args.defaults, *node.body]:
                visit(child, inner, True)
            return
        if isinstance(node, ast.ClassDef):
            holder = f"{holder}.{node.name}".strip(".")
            if any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases):
                return
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        if isinstance(node, ast.ImportFrom | ast.Import):
            return
        if _variants(node):
            found.append((holder, node))
        for child in ast.iter_child_nodes(node):
            visit(child, holder, inside)

    visit(tree, "", False)
    return found


def _is_ours(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = [ast.unparse(decorator) for decorator in function.decorator_list]
    return bool(names) and not (len(names) == 1 and names[0] in _PLAIN_DECORATORS)


def _options(node: ast.ClassDef) -> list[ast.keyword]:
    """The options of a class that can be left out. `frozen` is inherited, and written for type
    checkers only.
    """
    return [one for one in node.keywords if one.arg not in ("frozen", "metaclass")]


def _variants(node: ast.AST) -> int:
    """In how many ways a node can be changed."""
    match node:
        case ast.Constant(value=bool()):
            return 1
        case ast.Constant(value=int() | float()):
            return 2
        case ast.Compare(ops=[op]):
            return int(type(op) in _COMPARE)
        case ast.BinOp(op=op):
            return int(type(op) in _BINARY)
        case ast.Call(func=ast.Name(id="Meta"), keywords=keywords):
            return len(keywords)
        case ast.ClassDef():
            return len(_options(node))
        case ast.BoolOp() | ast.Return(value=ast.expr()):
            return 1
        case _:
            return 0


def _change(node: ast.AST, variant: int) -> None:
    match node:
        case ast.Constant(value=bool() as value):
            node.value = not value
        case ast.Constant(value=int() | float() as value):
            node.value = value + (1, -1)[variant]
        case ast.Compare(ops=[op]):
            node.ops = [_COMPARE[type(op)]()]
        case ast.BinOp(op=op):
            node.op = _BINARY[type(op)]()
        case ast.Call(keywords=keywords):
            del keywords[variant]
        case ast.ClassDef(keywords=keywords):
            keywords.remove(_options(node)[variant])
        case ast.BoolOp(op=op):
            node.op = ast.Or() if isinstance(op, ast.And) else ast.And()
        case ast.Return():
            node.value = ast.Constant(None)
        case _:
            raise TypeError(f"cannot change {type(node).__name__}")
