"""The links of mails about accounts: made when a mail is written, from a number and our key.

Neither the database nor the outbox ever holds one, so a copy of them opens nothing.
"""

from voucher_service.config import Settings
from voucher_service.core.account_secrets import AccountsKey
from voucher_service.secret_files import read_online_secrets

PURPOSES = {
    "account_invitation": ("invitation", "invitation"),
    "account_password_link": ("password", "password"),
    "account_mail_link": ("mail", "new_mail"),
    "sign_in": ("sign-in", "sign_in"),
}
"""For each message: the last part of the address before the secret, and what the secret is for."""


def link_in(topic: str, number: int, settings: Settings) -> str:
    """The whole address behind the link of a message."""
    path, purpose = PURPOSES[topic]
    key = AccountsKey(read_online_secrets(settings).accounts_key)
    return f"{settings.base_url}/account/links/{path}/{key.link(purpose, number)}"
