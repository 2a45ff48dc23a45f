"""What takes longer than the suite may: ``LONG=1 ./run test …`` plays all of it.

Without it the same tests run, on fewer examples or on the embedded database alone.
"""

import os

import pytest

LONG = "LONG" in os.environ

#: For a story that other tests tell on PostgreSQL piece by piece.
sqlite_at_least = pytest.mark.parametrize(
    "database_url", ["sqlite", "postgresql"] if LONG else ["sqlite"], indirect=True
)
