"""Commands that make a service ready: its home, and the tokens that open the management API."""

import click

from voucher_service.actions.tokens import TENANTS, Role, create_token, revoke_token
from voucher_service.cli.console import NUMBER, answer, as_json
from voucher_service.cli.home import now, writing
from voucher_service.config import Settings, read_settings
from voucher_service.jobs.setup import prepare


@click.command()
def init() -> None:
    """Make or update the database, and make the online secrets that are missing."""
    settings = read_settings()
    prepare(settings, now())
    click.echo(f"{settings.home} is ready: database at the present version, online secrets made.")
    click.echo(_next_step(settings))


def _next_step(settings: Settings) -> str:
    if not list(settings.pass_keys.glob("*.pem")):
        return "Next: `voucher-service keys new` makes a key to sign passes with, where you print."
    return "Next: `voucher-service serve`."


@click.group()
def token() -> None:
    """Bearer tokens of the management API."""


@token.command()
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--tenant", type=NUMBER, help="The funder, point or association it speaks for.")
@as_json
def create(role: str, tenant: int | None, *, as_json: bool) -> None:
    """Make a token and print it, this once."""
    with writing(read_settings()) as session:
        number, text = create_token(session, Role(role), tenant, now())
    whose = f" for {role} {tenant}" if Role(role) in TENANTS else ""
    click.echo(
        f"Token {number}{whose}. It is shown only now; end it with"
        f" `voucher-service token revoke {number}`.",
        err=True,
    )
    answer({"id": str(number), "role": role, "token": text}, text, as_json=as_json)


@token.command()
@click.argument("number", type=NUMBER)
def revoke(number: int) -> None:
    """End a token for good."""
    with writing(read_settings()) as session:
        revoke_token(session, number, now())
    click.echo(f"Token {number} is ended.")
