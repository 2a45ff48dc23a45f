"""Where the files that ship with the code are: templates and public keys.

In a checkout they stand beside the package, where people edit them; in a wheel they are inside it.
This module only finds them, and never reads them.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The folder ``templates`` or ``keys``, wherever this copy of the project keeps it."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
