from __future__ import annotations

import socket
import typing as t

import pytest

from tests.edge.conftest import lab, running_edge, running_origin

__all__ = ["lab", "running_edge", "running_origin"]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that looks for a host or connects to one."""

    def fail(*arguments: t.Any, **more: t.Any) -> t.NoReturn:
        pytest.fail(f"The network was asked: {arguments}")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    monkeypatch.setattr(socket.socket, "connect", fail)
