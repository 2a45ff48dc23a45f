"""The alphabet that every bank of the SEPA area takes, and how other text is brought into it.

Latin letters without accents, digits, space and ``/ - ? : ( ) . , ' +`` (EPC217-08, SEPA Conversion
Table). Anything else is replaced by what a person would write, or by a space. Nothing is cut here:
what is too long is somebody else's decision.
"""

import re
import unicodedata

ALPHABET = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")

WRITTEN_AS = {
    "&": "+",
    "€": "EUR",
    "n°": "no",
    "N°": "No",
    "œ": "oe",
    "Œ": "OE",
    "æ": "ae",
    "Æ": "AE",
    "ß": "ss",
    "ø": "o",
    "Ø": "O",
    "’": "'",
    "«": "",
    "»": "",
    "“": "",
    "”": "",
    '"': "",
}
"""Before accents are taken off: what stands for what."""


def sepa_text(text: str) -> str:
    """A text in the banks' alphabet, with single spaces; empty when nothing of it can be written.

    ``n°1 « L'Éclaireur & Cie »`` becomes ``no1 L'Eclaireur + Cie``.
    """
    text = unicodedata.normalize("NFC", text)
    for seen, written in WRITTEN_AS.items():
        text = text.replace(seen, written)
    plain = "".join(map(_plain, unicodedata.normalize("NFKD", text)))
    plain = " ".join(plain.split())
    return plain if re.search(r"[A-Za-z0-9]", plain) else ""


def _plain(sign: str) -> str:
    """A sign of the alphabet, nothing for an accent that stood on a letter, or a space."""
    if unicodedata.combining(sign):
        return ""
    return sign if ALPHABET.fullmatch(sign) else " "


def is_identifier(text: str) -> bool:
    """Whether a text may be an identifier: 1 to 35 signs, no slash at an end, no double slash."""
    spaced = text != text.strip()
    slashed = text.startswith("/") or text.endswith("/") or "//" in text
    fits = 0 < len(text) <= LONGEST_IDENTIFIER
    return fits and bool(ALPHABET.fullmatch(text)) and not spaced and not slashed


LONGEST_IDENTIFIER = 35
