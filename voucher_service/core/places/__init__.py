"""Places of digital mediation in the words of the national schema, 1.0.2 (LaMednum).

What a file may say, what it says, what it would change here, and how our own places are said. The
same constraints ship as a Table Schema in ``templates/places/schema.json``; a test compares.
"""

from voucher_service.core.places.planning import Association, Known, Plan, Planned, plan
from voucher_service.core.places.reading import Fault, Line, Reading, read
from voucher_service.core.places.schema import COLUMNS, FIELDS
from voucher_service.core.places.writing import Place, row_of, says_so

__all__ = [
    "COLUMNS",
    "FIELDS",
    "Association",
    "Fault",
    "Known",
    "Line",
    "Place",
    "Plan",
    "Planned",
    "Reading",
    "plan",
    "read",
    "row_of",
    "says_so",
]
