"""Numbers that others gave: SIRET, RNA, IBAN. Checked by their digits, never looked up.

Some companies are not publicly diffusible, so nothing here depends on a register.
"""

import re

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

from voucher_service.core.errors import Invalid

LA_POSTE = "356000000"

_RNA = re.compile(r"W[0-9A-Z]{9}")


def checked_siret(text: str) -> str:
    """A SIRET of 14 digits; raises :class:`Invalid`.

    La Poste's offices need not satisfy Luhn: the plain sum of their digits is then a multiple of
    five (INSEE's rule for SIREN 356000000). Those that do satisfy Luhn are good as well.
    """
    number = re.sub(r"[\s.]", "", text)
    try:
        siren.validate(number[:9])
        if not (number.startswith(LA_POSTE) and _post_office(number)):
            siret.validate(number)
    except ValidationError as error:
        raise Invalid(
            "bad_siret", "This is not a SIRET: 14 digits whose check digits agree.", field="siret"
        ) from error
    return number


def _post_office(number: str) -> bool:
    return bool(re.fullmatch(r"\d{14}", number)) and sum(map(int, number)) % 5 == 0


def checked_rna(text: str) -> str:
    """An association's number in the national register, W and nine signs."""
    number = re.sub(r"\s", "", text).upper()
    if not _RNA.fullmatch(number):
        raise Invalid("bad_rna", "An RNA number is W followed by nine signs.", field="rna")
    return number


def checked_iban(text: str) -> str:
    """An IBAN whose national check digits agree too.

    The two IBAN digits alone let a French account with a wrong RIB key through.
    """
    try:
        return str(IBAN(text, validate_bban=True))
    except SchwiftyException as error:
        raise Invalid(
            "bad_iban",
            "This is not an IBAN: copy it again from the bank's paper.",
            field="bank.iban",
        ) from error


def masked_iban(iban: str) -> str:
    """An IBAN as it may be shown: country, and the last four signs."""
    return f"{iban[:4]} …{iban[-4:]}"
