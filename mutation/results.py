"""What became of mutants: killed or not, which of the rest are explained, and the table of it.

A mutant that survives is a hole in the tests, unless `explained.toml` says why no test can kill it:

    [[mutant]]
    function = "onionchat.protocol.journal.order.order_key"
    old = "if ancestor.effective > effective:"
    new = "if ancestor.effective >= effective:"
    kind = "equivalent"
    why = "…"

`equivalent` ones behave the same for every input and are left out of the sum. `wording` ones change
only words for whoever reads a traceback: they count as not killed, but are no news. An explanation
of something that does not survive is an error, so the file cannot become stale.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

NEEDED: Final = 0.90
"""The part of each module's mutants that has to be killed (goal R4)."""

EXPLAINED: Final = Path(__file__).with_name("explained.toml")

KINDS: Final = ("equivalent", "wording")


@dataclass(frozen=True)
class Mutant:
    """One change: where, the lines before and after, stripped."""

    function: str
    """Dotted name of the function, class or module that holds it."""
    old: str
    new: str


@dataclass(frozen=True)
class Explanation:
    """Why no test kills a mutant."""

    mutant: Mutant
    kind: str
    why: str


@dataclass
class Score:
    """The figures of one module."""

    killed: int = 0
    timeouts: int = 0
    """Of the killed: those that never ended."""
    survived: list[Mutant] = field(default_factory=list)
    wording: int = 0
    equivalent: int = 0

    @property
    def counted(self) -> int:
        """All but the equivalent ones."""
        return self.killed + len(self.survived) + self.wording

    @property
    def rate(self) -> float:
        """The part that was killed; 1 where nothing can be mutated."""
        return self.killed / self.counted if self.counted else 1.0


def load_explanations(path: Path = EXPLAINED) -> list[Explanation]:
    """Read the list.

    Raises:
        ValueError: an unknown kind, no reason, or a mutant twice.
    """
    found: list[Explanation] = []
    for item in tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", []):
        news = [item["new"]] if isinstance(item["new"], str) else item["new"]
        for new in news:
            one = Explanation(Mutant(item["function"], item["old"], new), item["kind"], item["why"])
            if one.kind not in KINDS or not one.why.strip():
                raise ValueError(f"no such kind, or no reason: {one}")
            found.append(one)
    mutants = [one.mutant for one in found]
    for one in mutants:
        if mutants.count(one) > 1:
            raise ValueError(f"explained twice: {one}")
    return found


def judge(
    scores: dict[str, Score], explanations: Sequence[Explanation], modules: Iterable[str]
) -> list[str]:
    """Move what is explained out of the survivors. Returns explanations that explain nothing.

    Only explanations of functions in `modules` are looked at.
    """
    stale: list[str] = []
    names = sorted(modules)
    for one in explanations:
        module = next((m for m in names if f"{one.mutant.function}.".startswith(f"{m}.")), None)
        if module is None:
            continue
        score = scores.setdefault(module, Score())
        if one.mutant not in score.survived:
            stale.append(f"{one.mutant.function}: {one.mutant.new!r}")
            continue
        while one.mutant in score.survived:
            score.survived.remove(one.mutant)
            if one.kind == "equivalent":
                score.equivalent += 1
            else:
                score.wording += 1
    return stale


def table(scores: dict[str, Score]) -> str:
    """The figures of each module, and of all."""
    rows = [("module", "killed", "of", "rate", "wording", "equivalent", "timeouts")]
    total = Score()
    for module in sorted(scores):
        score = scores[module]
        rows.append(_row(module.removeprefix("onionchat.protocol."), score))
        total.killed += score.killed
        total.timeouts += score.timeouts
        total.survived += score.survived
        total.wording += score.wording
        total.equivalent += score.equivalent
    rows.append(_row("all", total))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(name: str, score: Score) -> tuple[str, ...]:
    figures = (score.wording, score.equivalent, score.timeouts)
    rate = f"{100 * score.rate:.1f} %"
    return (name, str(score.killed), str(score.counted), rate, *map(str, figures))


def below(scores: dict[str, Score], needed: float = NEEDED) -> list[str]:
    """The modules of which too few mutants are killed."""
    return [module for module, score in sorted(scores.items()) if score.rate < needed]
