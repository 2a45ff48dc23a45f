"""Names and addresses without what people leave out: for comparing them, never for showing."""

import re
import unicodedata

SHORT = {"st": "saint", "ste": "sainte"}


def folded(text: str) -> str:
    """A name without accents, capitals, hyphens, and with ``saint`` written out."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    words = re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c)))
    return " ".join(SHORT.get(word, word) for word in words)
