"""What a new password must not be, asked before it is taken: the list of those tried first."""

from functools import cache
from pathlib import Path

from voucher_service.core.errors import Invalid
from voucher_service.core.passwords import weakness


@cache
def common() -> frozenset[str]:
    """The 10,000 passwords that are tried first."""
    path = Path(__file__).with_name("common_passwords.txt")
    return frozenset(path.read_text("utf-8").splitlines())


def check_new(password: str, *about: str) -> None:
    """Raises :class:`Invalid` for a password that would be guessed."""
    reason = weakness(password, about, common())
    if reason:
        raise Invalid(reason, "Choose a longer or less common password.", "password")
