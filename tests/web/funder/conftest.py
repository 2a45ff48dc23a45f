"""A service in this process with a busy autumn, and persons of Nantes Métropole at their desk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.support.desks import Clerk, send, sign_in
from tests.support.funding import busy
from tests.support.nantes import Nantes, nantes_of
from tests.support.service import Service, running_service
from voucher_service.core.posts import Post
from voucher_service.store.engine import make_engine


@pytest.fixture
def service(sqlite_url: str, tmp_path: Path) -> Iterator[Service]:
    with running_service(make_engine(sqlite_url), sqlite_url, tmp_path) as found:
        yield found


@pytest.fixture
def nantes(service: Service) -> Nantes:
    found = nantes_of(service)
    busy(found)
    return found


@dataclass(slots=True)
class Funder:
    """Somebody at a funder's desk."""

    nantes: Nantes
    clerk: Clerk

    def open(self, path: str) -> TestResponse:
        self.nantes.service.world.session.commit()
        return self.nantes.service.client.get(f"/funder{path}")

    def text(self, path: str) -> str:
        """What a page says, its no-break spaces as spaces."""
        found = self.open(path)
        assert found.status_code == 200, f"{path}: {found.status_code}"
        return plain(found.text)

    def send(self, page: str, action: str, **fields: Any) -> TestResponse:
        self.nantes.service.world.session.commit()
        return send(self.nantes.service.client, f"/funder{page}", f"/funder{action}", fields)

    def done(self, page: str, action: str, **fields: Any) -> str:
        """Send a form that is accepted: the page that follows."""
        answer = self.send(page, action, **fields)
        assert answer.status_code == 303, plain(answer.text)
        return self.text(answer.headers["Location"].removeprefix("/funder"))


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("&#39;", "'")


Sit = Callable[..., Funder]


@pytest.fixture
def sit(nantes: Nantes) -> Sit:
    """Sign somebody in at a funder's desk: of Nantes Métropole, unless another is named."""

    def sit(
        post: Post = Post.FUNDER_APPROVER, tenant: int | None = None, language: str = "fr"
    ) -> Funder:
        nantes.service.world.session.commit()
        funder = nantes.metropole if tenant is None else tenant
        return Funder(nantes, sign_in(nantes.service.client, post, funder, language=language))

    return sit


@pytest.fixture
def metropole(sit: Sit) -> Funder:
    return sit()
