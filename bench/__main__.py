"""``python -m bench [--quick] [names]``: measure, and print a table in Markdown."""

import argparse
from collections.abc import Callable
from pathlib import Path

from bench import bulk, desks, spending
from bench.figures import Board
from bench.ground import Ground, prepared
from bench.machine import describe

Measure = Callable[[Board, Ground, bool], None]

MEASURES: dict[str, Measure] = {
    "spend": lambda board, ground, quick: spending.measure(
        board,
        ground,
        spending.Sizes(2_000, 20, 2) if quick else spending.Sizes(8_000, 80, 4),
        rounds=1 if quick else 3,
    ),
    "sign": lambda board, ground, quick: bulk.sign(board, ground, 200 if quick else 2_000),
    "draw": lambda board, ground, quick: bulk.draw(board, ground, 20 if quick else 100),
    "close": lambda board, ground, quick: bulk.close(board, ground, 10_000 if quick else 100_000),
    "desks": lambda board, ground, quick: desks.measure(
        board, ground, 20_000 if quick else 1_000_000, 10 if quick else 40
    ),
    "issue": lambda board, ground, quick: bulk.issue(
        board, ground, 100_000 if quick else 2_000_000
    ),
}


def main() -> None:
    """Run the measures asked for, all by default."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which of: {', '.join(MEASURES)}")
    parser.add_argument("--quick", action="store_true", help="less of everything, one round")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(MEASURES):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    board = Board()
    with prepared(booklets=8_000 if asked.quick else 50_000) as ground:
        where = describe(ground.stage.url, Path(ground.server.home))
        for name in asked.names or MEASURES:
            print(f"{name}:", flush=True)
            MEASURES[name](board, ground, asked.quick)
    print(f"\n{board.table()}\n")
    print("\n".join(f"- {line}" for line in where))


main()
