"""The objects of the fake, by id, and what every answer does with them: lists, expansion."""

import copy
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]


class Refused(Exception):
    """The API says no: a status, a type, a code and a sentence."""

    def __init__(
        self, message: str, *, status: int = 400, code: str | None = None, param: str | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.code, self.param = message, status, code, param
        self.type = "invalid_request_error"


@dataclass(slots=True)
class Objects:
    """Everything that exists, in the order in which it was made."""

    moment: Callable[[], int]
    every: dict[str, Object] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def make(self, prefix: str, kind: str, **facts: Any) -> Object:
        """A new object, with what all of them have."""
        made: Object = {
            "id": f"{prefix}_{next(self._numbers):010d}",
            "object": kind,
            "created": self.moment(),
            "livemode": False,
        } | facts
        self.every[made["id"]] = made
        return made

    def get(self, name: str, kind: str) -> Object:
        """One object; raises :class:`Refused` (404)."""
        found = self.every.get(name)
        if found is None or found["object"] != kind:
            message = f"No such {kind}: '{name}'"
            raise Refused(message, status=404, code="resource_missing", param="id")
        return found

    def of(self, kind: str, **facts: Any) -> list[Object]:
        """Objects of a kind with some facts, newest first."""
        return [
            item
            for item in reversed(self.every.values())
            if item["object"] == kind and all(item.get(k) == v for k, v in facts.items())
        ]

    def page(self, found: list[Object], asked: Object, url: str) -> Object:
        """A page of a list, by the cursor and limit that were asked for."""
        after, limit = asked.get("starting_after"), int(asked.get("limit", 10))
        if created := asked.get("created"):
            found = [item for item in found if _within(item["created"], created)]
        if after is not None:
            names = [item["id"] for item in found]
            found = found[names.index(after) + 1 :]
        data = [self.shown(item, asked.get("expand", ()), "data.") for item in found[:limit]]
        return {"object": "list", "url": url, "has_more": len(found) > limit, "data": data}

    def shown(self, item: Object, expand: Any = (), prefix: str = "") -> Object:
        """A copy without what is ours alone, expanded as asked."""
        answer = {k: copy.deepcopy(v) for k, v in item.items() if not k.startswith("_")}
        for path in expand:
            if path.startswith(prefix):
                self._expand(answer, path.removeprefix(prefix).split("."))
        return answer

    def _expand(self, place: Object, path: list[str]) -> None:
        name, *rest = path
        value = place.get(name)
        if isinstance(value, str) and value in self.every:
            place[name] = self.shown(self.every[value])
        if rest and isinstance(place.get(name), dict):
            self._expand(place[name], rest)


def _within(moment: int, bounds: Any) -> bool:
    tests = {
        "gt": moment.__gt__,
        "gte": moment.__ge__,
        "lt": moment.__lt__,
        "lte": moment.__le__,
    }
    return all(tests[name](bound) for name, bound in bounds.items())
