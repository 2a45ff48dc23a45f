"""The command that lets the first person in: an invitation whose link is shown this once."""

import click

from voucher_service.actions.inviting import Offer, offer_post
from voucher_service.cli.console import NUMBER, answer, as_json
from voucher_service.cli.home import ACTOR, now, writing
from voucher_service.config import read_settings
from voucher_service.core.posts import Post
from voucher_service.mail.links import link_in


@click.command()
@click.argument("email")
@click.option("--post", type=click.Choice([post.value for post in Post]), required=True)
@click.option("--tenant", type=NUMBER, help="The funder, point or association of the post.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@as_json
def invite(email: str, post: str, tenant: int | None, language: str, *, as_json: bool) -> None:
    """Offer a post by mail, and print the link: the first person has nobody else to ask."""
    settings, moment = read_settings(), now()
    offer = Offer(email, Post(post), tenant, language)
    with writing(settings) as session:
        number = offer_post(session, offer, ACTOR, moment)
    link = link_in("account_invitation", number, settings)
    click.echo("Good for seven days, once. Give it to nobody else.", err=True)
    answer({"invitation": str(number), "link": link}, link, as_json=as_json)
