"""The command that takes over a file of places in the national schema."""

from pathlib import Path

import click

from voucher_service.actions.importing import Terms, bring, look, take_over
from voucher_service.cli.console import answer, as_json, stop
from voucher_service.cli.home import ACTOR, now, reading, writing
from voucher_service.config import read_settings
from voucher_service.core.canonical import Json
from voucher_service.core.places import Plan, Planned
from voucher_service.documents.place_faults import what, where


@click.command("import-sites")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--known-only", is_flag=True, help="Leave out places of associations not known here.")
@as_json
def import_sites(file: Path, *, dry_run: bool, known_only: bool, as_json: bool) -> None:
    """Take over places from a CSV file in the national schema 1.0.2 (or its former words).

    All of it or nothing: every fault is named by line and field, and exits with status 1.
    """
    settings, moment = read_settings(), now()
    content = file.read_bytes()
    terms = Terms(settings.issuer_siret, leave_out_others=known_only)
    with reading(settings) as session:
        decided = look(session, content, terms, moment)
    if not dry_run and not decided.faults:
        with writing(settings) as session:
            number = bring(session, file.name, content, terms, ACTOR, moment)
            decided = take_over(session, number, terms.producer, None, ACTOR, moment)
    answer(_facts(decided), _sentences(decided, dry_run=dry_run), as_json=as_json)
    if decided.faults:
        stop("\n".join(f"{where(f, 'en')}, {f.field}: {what(f, 'en')}" for f in decided.faults))


def _facts(decided: Plan) -> Json:
    faults: list[Json] = [
        {
            "line": fault.line,
            "field": fault.field,
            "value": fault.value,
            "reason": fault.reason,
            "expected": fault.expected,
        }
        for fault in decided.faults
    ]
    return {
        "new": len(decided.new),
        "changed": len(decided.changed),
        "same": decided.same,
        "older": len(decided.older),
        "closed": len(decided.closed),
        "left_out": len(decided.left_out),
        "ignored_columns": [*decided.ignored],
        "faults": faults,
    }


def _sentences(decided: Plan, *, dry_run: bool) -> list[str]:
    if decided.faults:
        return [f"{len(decided.faults)} faults: nothing was taken over."]
    said = [
        f"{len(decided.new)} new places, {len(decided.changed)} changed, {decided.same} the same.",
        *(_change(planned) for planned in decided.changed),
    ]
    for count, why in (
        (len(decided.older), "older than what is known here: left as they are"),
        (len(decided.closed), "closed here: left closed"),
        (len(decided.left_out), "of associations not known here: left out"),
    ):
        said += [f"{count} {why}."] if count else []
    return [*said, "Nothing was written."] if dry_run else said


def _change(planned: Planned) -> str:
    changes = "; ".join(f"{name}: {a!r} → {b!r}" for name, (a, b) in planned.changes.items())
    return f"Line {planned.line.number}, {planned.line.row['nom']}: {changes}"
