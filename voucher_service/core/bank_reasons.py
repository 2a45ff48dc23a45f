"""Why banks refuse or give back payments: the codes of ISO 20022 that change what we do.

A code that is not listed here is kept and shown as it is. Nothing is decided by its words.
"""

ABOUT_THE_ACCOUNT = frozenset(
    {
        "AC01",  # number wrong
        "AC03",  # creditor's number wrong
        "AC04",  # closed
        "AC06",  # blocked
        "AC07",  # creditor's account closed
        "AC13",  # type not allowed
        "AC14",
        "AG01",  # transfers not allowed on it
        "BE01",  # holder and number do not agree
        "BE04",  # creditor's address missing
        "BE06",  # holder unknown
        "MD07",  # holder dead
        "RC01",  # bank unknown
        "RC04",
        "RR03",  # creditor's name missing
    }
)

DUPLICATE = frozenset({"AM05", "DUPL"})
"""The bank has this payment already: the first one stands, and this answer changes nothing."""


def is_about_the_account(code: str) -> bool:
    """Whether the same account would be refused again."""
    return code in ABOUT_THE_ACCOUNT
