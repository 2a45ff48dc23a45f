"""How the command line speaks: results on standard output, progress and errors on standard error.

On a terminal progress is a bar; elsewhere it is a line now and then. An error is one sentence and
an exit status: 2 for what cannot be done, 1 for what was checked and found wrong. Never a traceback
for something that a person can put right.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, NoReturn

import click
import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from voucher_service.config import BadSettings
from voucher_service.core.canonical import Json
from voucher_service.core.errors import DomainError, Mismatch
from voucher_service.store.engine import GUARDED, UNAVAILABLE, is_ceded
from voucher_service.store.opening import UnusableDatabase

ENDED = "This scheme was ceded to another operator: nothing is written here any more."

FOUND_WRONG, CANNOT = 1, 2
"""Exit statuses."""

SECONDS_BETWEEN_LINES = 5.0

NUMBER = click.IntRange(1, 2**63 - 1)
"""The number of a row."""

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for machines.")


class Refused(click.ClickException):
    """Something cannot be done; the message says what to do instead."""

    exit_code = CANNOT

    def show(self, file: IO[Any] | None = None) -> None:
        """One sentence on standard error."""
        click.echo(self.format_message(), file=file, err=file is None)


class Commands(click.Group):
    """The commands, with every expected error turned into a sentence and an exit status."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except Mismatch as error:
            stop(f"The books do not add up, nothing was written: {error.detail}")
        except DomainError as error:
            raise Refused(error.detail) from error
        except (BadSettings, UnusableDatabase) as error:
            raise Refused(str(error)) from error
        except UNAVAILABLE as error:
            first_line = str(error).splitlines()[0]
            raise Refused(f"The database does not answer: {first_line}") from error
        except GUARDED as error:
            if not is_ceded(error):
                raise
            raise Refused(ENDED) from error
        except OSError as error:
            raise Refused(f"{error.filename or 'A file'}: {error.strerror}.") from error


def stop(sentence: str) -> NoReturn:
    """Say what was found wrong, and exit with status 1."""
    click.echo(sentence, err=True)
    sys.exit(FOUND_WRONG)


def answer(facts: Json, sentences: str | list[str], *, as_json: bool) -> None:
    """The result of a command: facts for a machine, or sentences for a person."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        click.echo(sentences if isinstance(sentences, str) else "\n".join(sentences))


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Something to tell (done, total) to while a command works."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(label)
        return
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(label: str) -> Callable[[int, int], None]:
    """A line when it ends, and one every few seconds until then."""
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if done == total or time.monotonic() - last > SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            click.echo(f"{label}: {done} / {total}", err=True)

    return tell


def log_to_stderr() -> None:
    """Keep the log out of what a command answers, and secrets (local variables) out of the log."""
    renderer = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
