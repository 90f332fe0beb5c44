from __future__ import annotations

import socket
import typing as t
from collections.abc import Iterator

import pytest

from tests.edge_functions.web import Web


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that looks for a host or connects to one."""

    def fail(*arguments: t.Any, **more: t.Any) -> t.NoReturn:
        pytest.fail(f"The network was asked: {arguments}")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    monkeypatch.setattr(socket.socket, "connect", fail)


@pytest.fixture(scope="session")
def running_web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The server of the session. Tests take `web`."""
    web = Web(tmp_path_factory.mktemp("web"))
    yield web
    web.close()


@pytest.fixture
def web(running_web: Web, monkeypatch: pytest.MonkeyPatch) -> Web:
    """A server whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", running_web.certificate)
    running_web.forget()
    return running_web
