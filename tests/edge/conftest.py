from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("tests.edge.rules")

from tests.edge.lab import Lab  # noqa: E402 (asserts are rewritten when a module is imported)
from tests.edge.origin import Origin  # noqa: E402
from tests.support.sandbox import Aws  # noqa: E402
from tutorcloudfront.sandbox import Sandbox  # noqa: E402

#: What the sandboxes of other tests do not share with this one.
ACCOUNT = "210987654321"


@pytest.fixture(scope="session")
def running_origin() -> Iterator[Origin]:
    """The web server of the session. Tests take `lab`, whose origin has been asked nothing yet."""
    origin = Origin()
    yield origin
    origin.close()


@pytest.fixture(scope="session")
def running_edge(running_origin: Origin) -> Iterator[tuple[Sandbox, Aws, list[str]]]:
    """The sandbox of the session, its clients, and the lines that its edge logs."""
    lines: list[str] = []
    origins = {"learn.example.com": running_origin.url, "refuses.example.com": "http://127.0.0.1:1"}
    with Sandbox(account=ACCOUNT, deploy_seconds=0, origins=origins, log=lines.append) as sandbox:
        yield sandbox, Aws(sandbox), lines


@pytest.fixture
def lab(running_edge: tuple[Sandbox, Aws, list[str]], running_origin: Origin) -> Lab:
    """An empty account, an origin that has been asked nothing, an edge that keeps nothing."""
    sandbox, aws, lines = running_edge
    sandbox.deploy_seconds = 0
    sandbox.reset()
    running_origin.forget()
    lines.clear()
    lab = Lab(sandbox, aws, running_origin)
    lab.lines = lines
    return lab
