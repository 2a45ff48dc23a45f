"""Figures beside their references, and the table that they make."""

import statistics
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """What one round of one measure gave."""

    value: float
    p50_ms: float | None = None
    p99_ms: float | None = None
    cpu_us: float | None = None
    """Processor time of the server's processes for one answer: strangers disturb it less."""


@dataclass(slots=True)
class Series:
    """The rounds of one measure."""

    unit: str
    rounds: list[Figure] = field(default_factory=list)

    def median(self, part: str = "value") -> float | None:
        """The median of one part, where it was measured."""
        values = [getattr(figure, part) for figure in self.rounds]
        return statistics.median(values) if None not in values else None


class Board:
    """All measures of a run, and which is to be read against which."""

    def __init__(self) -> None:
        self._series: dict[str, Series] = {}
        self._against: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def add(self, name: str, unit: str, figure: Figure) -> None:
        """One round of one measure."""
        self._series.setdefault(name, Series(unit)).rounds.append(figure)
        print(f"  {name}: {_short(figure.value)} {unit}", flush=True)

    def against(self, name: str, reference: str, words: str) -> None:
        """Say that a measure is read against another: ``words`` name the other in the table."""
        self._against[name].append((reference, words))

    def ratio(self, name: str, reference: str) -> float:
        """The median, over the rounds, of a measure divided by its reference of the same round."""
        pairs = zip(self._series[name].rounds, self._series[reference].rounds, strict=True)
        return statistics.median(ours.value / other.value for ours, other in pairs)

    def table(self) -> str:
        """Medians in Markdown."""
        lines = [
            "| measure | median | p50 | p99 | server's CPU | against |",
            "|---|---:|---:|---:|---:|---|",
        ]
        for name, series in self._series.items():
            ratios = [
                f"{self.ratio(name, reference):.2f} of {words}"
                for reference, words in self._against[name]
            ]
            cells = [
                name,
                f"{_short(series.median() or 0)} {series.unit}",
                _cell(series.median("p50_ms"), "ms"),
                _cell(series.median("p99_ms"), "ms"),
                _cell(series.median("cpu_us"), "µs"),
                "; ".join(ratios),
            ]
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _cell(value: float | None, unit: str) -> str:
    return "" if value is None else f"{_short(value)} {unit}"
