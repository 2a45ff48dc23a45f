"""What can go wrong between a product and Stripe, one request at a time."""

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Fault:
    """The next request whose ``METHOD path`` matches goes wrong, once.

    ``lost``: the work is done and the answer never arrives; ``500`` and ``429``: nothing is done.
    """

    kind: Literal["lost", "500", "429"]
    request: str = ".*"

    def hits(self, line: str) -> bool:
        return re.fullmatch(self.request, line) is not None
