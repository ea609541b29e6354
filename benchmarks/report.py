"""What a benchmark reports, and how ratios of interleaved arms are formed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles

PAIRS = 5
"""Pairs of interleaved arms (A B A B …); the median of their ratios counts."""


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its goal. `goal` is the most it should be."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    arms: dict[str, float] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, None without one."""
        return None if self.goal is None else self.value <= self.goal


@dataclass(frozen=True)
class Report:
    """The figures of one benchmark."""

    name: str
    figures: Sequence[Figure]

    @property
    def missed(self) -> list[str]:
        """The figures that do not meet their goal, each with the benchmark's name."""
        return [f"{self.name}: {figure.name}" for figure in self.figures if figure.met is False]

    def show(self) -> str:
        """A table for people and one line of JSON for programs."""
        lines = [f"\n{self.name}"]
        for figure in self.figures:
            goal = "" if figure.goal is None else f"  goal ≤ {figure.goal:g}"
            sign = {True: "  met", False: "  NOT MET", None: ""}[figure.met]
            arms = ", ".join(f"{name} {value:.4g}" for name, value in figure.arms.items())
            lines.append(
                f"  {figure.name:44} {figure.value:10.4g} {figure.unit:8}{goal}{sign}"
                + (f"   ({arms})" if arms else "")
            )
        lines.append(
            json.dumps({"benchmark": self.name, "figures": list(map(asdict, self.figures))})
        )
        return "\n".join(lines)


def percentile(values: Sequence[float], percent: int) -> float:
    """The `percent`-th percentile."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def interleaved(
    first: Callable[[], Sequence[float]], second: Callable[[], Sequence[float]], percent: int = 50
) -> tuple[float, float, float]:
    """Run both arms `PAIRS` times in turn; the median ratio of first to second, and both
    medians."""
    samples = [(first(), second()) for _ in range(PAIRS)]
    return ratio_of(samples, percent)


def ratio_of(
    samples: Sequence[tuple[Sequence[float], Sequence[float]]], percent: int
) -> tuple[float, float, float]:
    """The median over pairs of the ratio of one percentile, and the medians of both arms."""
    pairs = [(percentile(one, percent), percentile(other, percent)) for one, other in samples]
    return (
        median(one / other for one, other in pairs),
        median(one for one, _ in pairs),
        median(other for _, other in pairs),
    )
