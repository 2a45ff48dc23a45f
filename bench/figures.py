"""Figures beside their references, and the table that they make."""

import statistics
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Series:
    """What the rounds of one measure gave."""

    unit: str
    values: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)


class Board:
    """All measures of a run, and which is to be read against which."""

    def __init__(self) -> None:
        self._series: dict[str, Series] = {}
        self._against: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def add(
        self,
        name: str,
        value: float,
        unit: str,
        p50_ms: float | None = None,
        p99_ms: float | None = None,
    ) -> None:
        """One round of one measure."""
        series = self._series.setdefault(name, Series(unit))
        series.values.append(value)
        if p50_ms is not None and p99_ms is not None:
            series.p50_ms.append(p50_ms)
            series.p99_ms.append(p99_ms)
        print(f"  {name}: {value:,.1f} {unit}", flush=True)

    def against(self, name: str, reference: str, words: str) -> None:
        """Say that a measure is read against another: ``words`` name the other in the table."""
        self._against[name].append((reference, words))

    def ratio(self, name: str, reference: str) -> float:
        """The median, over the rounds, of a measure divided by its reference of the same round."""
        pairs = zip(self._series[name].values, self._series[reference].values, strict=True)
        return statistics.median(value / other for value, other in pairs)

    def table(self) -> str:
        """Medians in Markdown."""
        lines = ["| measure | median | p50 | p99 | against |", "|---|---:|---:|---:|---|"]
        for name, series in self._series.items():
            ratios = [
                f"{self.ratio(name, reference):.2f} of {words}"
                for reference, words in self._against[name]
            ]
            cells = [
                name,
                f"{_short(statistics.median(series.values))} {series.unit}",
                *(_milliseconds(values) for values in (series.p50_ms, series.p99_ms)),
                "; ".join(ratios),
            ]
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _milliseconds(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ms" if values else ""
