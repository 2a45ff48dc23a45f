"""From an invitation mail to a desk, and back to it another day, in a real browser."""

import base64

from tests.support.desks import DeskBrowser
from tests.support.people import PASSWORD, Visitor
from voucher_service.core import totp


def join(desk: DeskBrowser, clerk: Visitor) -> bytes:
    """From the link of the mail to an account with an authenticator; the authenticator's secret."""
    desk.open(clerk.link("account_invitation"))
    desk.fill("Votre nom", "Camille Martin")
    desk.fill("Mot de passe", PASSWORD)
    desk.press("Créer mon compte")
    desk.see("Protéger votre compte")
    desk.open("/account/authenticator")
    secret = base64.b32decode(desk.page.locator("[name=secret]").input_value().partition(".")[2])
    code = totp.code_of(secret, totp.step_of(desk.live.now()))
    desk.page.locator("[name=code]").fill(code)
    desk.press("Continuer")
    desk.see("codes de secours")
    return secret


def sign_in_again(desk: DeskBrowser, email: str, secret: bytes) -> None:
    """On another day: the password, then the code of the authenticator."""
    desk.open("/account/login")
    desk.page.locator("[name=email]").fill(email)
    desk.page.locator("[name=password]").fill(PASSWORD)
    desk.page.locator("main form").first.get_by_role("button").click()
    desk.page.locator("[name=code]").fill(totp.code_of(secret, totp.step_of(desk.live.now())))
    desk.press("Continuer")
