"""The group of all calls of the management API, and which roles may do what kind of thing."""

from flask import Blueprint

from voucher_service.actions.tokens import Role
from voucher_service.http.endpoint import Api

API = Api(Blueprint("api", __name__, url_prefix="/api/v1"))

OVERSEERS = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR})
"""Who reads everything, except codes and bank details, which no call gives."""

OPERATOR = frozenset({Role.OPERATOR})
"""Who does the scheme's daily work."""

MONEY = frozenset({Role.OPERATOR, Role.FINANCE})
"""Who writes down money and closes periods. Four eyes: approving takes another token than closing,
so a small team may share the work between one of each."""
