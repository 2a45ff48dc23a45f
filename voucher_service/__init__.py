"""The pass numérique service: booklets of signed passes, spent once, settled to the cent."""

from importlib.metadata import version

__version__ = version("pass-numerique")
