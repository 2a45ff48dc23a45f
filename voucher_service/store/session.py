"""What an action is given to work with: SQLAlchemy's session, under our roof.

Actions add rows and call functions of the store; they never write a statement themselves.
"""

from sqlalchemy.orm import Session

__all__ = ["Session"]
