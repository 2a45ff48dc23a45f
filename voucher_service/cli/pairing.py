"""The command that lets phones join a site: a link on the terminal, or a sheet for the wall."""

from pathlib import Path

import click

from voucher_service.actions.pairing import open_pairing
from voucher_service.cli.console import NUMBER, answer, as_json
from voucher_service.cli.home import now, refuse_to_overwrite, writing
from voucher_service.config import read_settings
from voucher_service.documents.pairing_sheet import render_pairing_sheet
from voucher_service.documents.qr_codes import terminal_code
from voucher_service.jobs.files import whole_file
from voucher_service.store.queries import places


@click.command()
@click.argument("site", type=NUMBER)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="A sheet to hang up, as PDF."
)
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
@as_json
def pair(site: int, out: Path | None, *, force: bool, as_json: bool) -> None:
    """Let phones join a site for a day, as many as there are: shows the link and its QR code."""
    settings, moment = read_settings(), now()
    if out is not None:
        refuse_to_overwrite(out, force=force)
    with writing(settings) as session:
        opened = open_pairing(session, site, moment)
        name = places.site(session, site, None).name
    link = opened.link(settings.base_url)
    sentences = [f"{name}: {link}", f"Good until {opened.expires_at:%Y-%m-%d %H:%M} UTC."]
    if out is not None:
        sheet = render_pairing_sheet(name, link, opened.expires_at, settings.help_number, moment)
        with whole_file(out) as file:
            file.write(sheet)
        sentences.append(f"{out}: the sheet for the site")
    else:
        # White on black whatever the terminal's colours: not every camera reads it inverted.
        sentences += [click.style(row, "bright_white", "black") for row in terminal_code(link)]
    facts = {"link": link, "pairing_code": opened.code, "expires_at": opened.expires_at.isoformat()}
    answer(facts, sentences, as_json=as_json)
