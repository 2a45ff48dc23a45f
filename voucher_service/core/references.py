"""References that travel with money: how our numbers are written for banks, and found again.

A structured creditor reference (ISO 11649) is RF, two check digits, and our number without its
hyphens. Free text is cut and spaced by banks as they like, so numbers are looked for in what is
left when everything but letters and digits is taken out. Nothing is looked up here.
"""

import re

LONGEST_REFERENCE = 25
"""Signs of a structured reference, RF and check digits included."""


def squeezed(text: str) -> str:
    """Letters and digits alone, in capitals: what survives a bank's cutting of lines."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def creditor_reference(number: str) -> str:
    """The structured reference of one of our documents: ``AF-2026-000012`` → ``RF71AF2026000012``.

    Raises ``ValueError`` when the number is empty or too long to be one.
    """
    reference = squeezed(number)
    if not 0 < len(reference) <= LONGEST_REFERENCE - 4:
        raise ValueError(f"{number!r} makes no creditor reference")
    return f"RF{98 - _remainder(f'{reference}RF00'):02d}{reference}"


def is_creditor_reference(text: str) -> bool:
    """Whether a text is a structured reference whose check digits agree."""
    reference = squeezed(text)
    shaped = re.fullmatch(r"RF[0-9]{2}[A-Z0-9]{1,21}", reference)
    return bool(shaped) and _remainder(reference[4:] + reference[:4]) == 1


def _remainder(text: str) -> int:
    """ISO 7064 mod 97: letters count from A = 10."""
    return int("".join(str(int(sign, 36)) for sign in text)) % 97


def numbers_in(text: str, *series: str) -> list[str]:
    """Our numbers of some series that stand in a text, whatever a bank did to its spaces and lines.

    ``VIR AF 2026-0000 12`` holds ``AF-2026-000012``. Each is told once, in the order of the text.
    """
    found = re.findall(rf"({'|'.join(series)})(20[0-9]{{2}})([0-9]{{6}})", squeezed(text))
    return list(dict.fromkeys(f"{name}-{year}-{rest}" for name, year, rest in found))
