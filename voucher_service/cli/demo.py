"""The command behind ``./run``: a service at work, what to try on it, and where."""

import os
import sys
from pathlib import Path

import click

from voucher_service.actions.pairing import open_pairing
from voucher_service.actions.printing import print_passes
from voucher_service.cli.console import answer, as_json, progress
from voucher_service.cli.home import now, reading, writing
from voucher_service.config import Settings, read_settings
from voucher_service.core.campaign import paris_day
from voucher_service.core.pass_text import to_url
from voucher_service.demo.home import Tokens, is_ours, open_demo, with_passphrase
from voucher_service.demo.people import doors
from voucher_service.demo.totals import in_words, totals
from voucher_service.jobs.files import write_passes
from voucher_service.jobs.tools import make_tools, open_signing_key
from voucher_service.mail.links import link_in
from voucher_service.secret_files import passphrase
from voucher_service.store.queries.figures import spendable_pass, unspent_booklets

PROGRAM = Path(sys.executable).with_name("voucher-service")
"""This very program, wherever it was installed: the reader's PATH may not know it."""

PING = 1
"""The site at which the reader may play: the first that the pilot made."""

BOOKLETS_TO_TRY = 2


@click.command()
@click.option("--no-serve", is_flag=True, help="End when the pilot was played.")
@click.option("--reset", is_flag=True, help="Throw the demonstration away and play it again.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@as_json
def demo(*, no_serve: bool, reset: bool, host: str, as_json: bool) -> None:
    """Play the pilot of Nantes in an empty home, then serve it. Said again, it keeps its data."""
    settings = with_passphrase(read_settings())
    with progress("The pilot of Nantes, event by event") as tell:
        tokens = open_demo(settings, reset=reset, now=now(), progress=tell)
    with reading(settings) as session:
        answer(totals(session) if as_json else {}, in_words(session), as_json=as_json)
    if not as_json:
        lines = ["", *_tokens(tokens), "", *_next(settings, tokens), *_at_the_counter(settings)]
        lines += _at_desks(settings)
        click.echo("\n".join(lines))
    if no_serve:
        return
    # The served processes read their settings anew: they too may sign in a demonstration.
    os.environ["VOUCHER_PASSPHRASE_FILE"] = str(settings.passphrase_file)
    # A new program serves: workers forked from one that has drawn a PDF wait for ever at their own
    # first, for the threads that drew it.
    sys.stdout.flush()
    os.execv(PROGRAM, [str(PROGRAM), "serve", "--host", host])  # noqa: S606 - our own program, no shell


def _tokens(tokens: Tokens | None) -> list[str]:
    if tokens is None:
        return [
            "Kept as it was. Tokens were shown the first time; a new one:",
            f"  {PROGRAM} token create --role operator",
        ]
    return [
        "Tokens, shown only now:",
        *(f"  {role:12} {token}" for role, token in tokens.roles.items()),
        f"  {'phone':12} {tokens.phone}",
    ]


def _next(settings: Settings, tokens: Tokens | None) -> list[str]:
    """The address, and what to try first."""
    phone = tokens.phone if tokens else "PHONE_TOKEN"
    return [
        f"Open {settings.base_url}  (what is in the account: {settings.base_url}/books)",
        "Look at a pass, as a phone does:",
        f"  curl -s {settings.base_url}/scan/v1/checks -H 'Authorization: Bearer {phone}' \\",
        "    -H 'Content-Type: application/json' \\",
        f'    -d \'{{"code": "{_code(settings)}"}}\'',
        "Print two booklets:",
        f"  PORT={settings.port} VOUCHER_HOME={settings.home} \\",
        f"    VOUCHER_PASSPHRASE_FILE={settings.passphrase_file} \\",
        f"    {PROGRAM} print 1 --count 2 --out booklets.pdf --letters letters.pdf",
    ]


def _at_the_counter(settings: Settings) -> list[str]:
    """What it takes to be a site: a phone that joins, and passes to read."""
    if not is_ours(settings):
        return []
    with writing(settings) as session:
        link = open_pairing(session, PING, now()).link(settings.base_url)
    lines = ["", "Be a site: open this and give the phone a name (good for a day):", f"  {link}"]
    sheet = _sheet(settings)
    if sheet is not None:
        lines += ["Then scan, from paper or from another screen, the passes that people hold:"]
        lines += [f"  {sheet}"]
    return lines


def _at_desks(settings: Settings) -> list[str]:
    """A link for each desk, good once: what a clerk, an association, a funder, an operator see."""
    if not is_ours(settings):
        return []
    with writing(settings) as session:
        opened = doors(session, now())
    lines = ["", "Sit at a desk: each link signs in once, as the person who works there."]
    for door in opened:
        who = f"{door.post.value} {door.house}".strip()
        lines += [f"  {who}:", f"    {link_in('sign_in', door.link, settings)}"]
    return lines


def _sheet(settings: Settings) -> Path | None:
    """Print some booklets that are in people's hands and unspent, if there still are any."""
    with reading(settings) as session:
        booklets = unspent_booklets(session, BOOKLETS_TO_TRY)
        if booklets is None:
            return None
        key = open_signing_key(session, settings, passphrase(settings), None, now())
        settings.prints.mkdir(exist_ok=True, mode=0o700)
        target = settings.prints / "passes-to-try.pdf"
        dated, tools = paris_day(now()), make_tools(settings)
        write_passes(session, tools, key, booklets, "pdf", target, dated, lambda _d, _t: None)
    return target


def _code(settings: Settings) -> str:
    """What the QR code of a pass that can still be spent says."""
    with reading(settings) as session:
        found = spendable_pass(session)
        if found is None:
            return "CODE"
        order, booklet, number = found
        key = open_signing_key(session, settings, passphrase(settings), order, now())
        codes = make_tools(settings).typed_codes
        [passes] = print_passes(session, range(booklet, booklet + 1), key, codes)
    return to_url(settings.base_url, passes[number - 1].token)
