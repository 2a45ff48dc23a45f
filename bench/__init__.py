"""Measures of the service, each beside a reference taken in the same run: ``python -m bench``.

A figure of one machine says little; a ratio to what the same machine does without us says more.
Nothing here is installed with the service.
"""
