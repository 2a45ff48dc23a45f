"""Commands that copy the whole database, and put a copy back.

Private keys are not in it: their files are copied apart, by whoever guards them.
"""

from pathlib import Path

import click

from voucher_service.cli.home import refuse_to_overwrite
from voucher_service.config import read_settings
from voucher_service.store import copies
from voucher_service.store.opening import open_database, sqlite_file


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
def backup(file: Path, *, force: bool) -> None:
    """Copy the database while the service runs."""
    refuse_to_overwrite(file, force=force)
    url = read_settings().database_url
    open_database(url).dispose()
    copies.backup(url, file)
    click.echo(f"{file}: {file.stat().st_size} bytes. Copy secrets/ and keys/ apart.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Lose the present database.")
def restore(file: Path, *, force: bool) -> None:
    """Put a copy back, while the service is stopped."""
    settings = read_settings()
    database = sqlite_file(settings.database_url)
    if database is not None:
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        refuse_to_overwrite(database, force=force)
    elif not force:
        click.confirm("The present database will be lost. Sure?", abort=True, err=True)
    copies.restore(settings.database_url, file)
    click.echo(f"{file} is in place. Next: `voucher-service init`, then `check-books`.")
