from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.doctor.internet import Authority, Internet, internet


@pytest.fixture(scope="package")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Vouches for what it issues; those who use `world.network()` trust it and nobody else."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def world(authority: Authority) -> Iterator[Internet]:
    """An Internet without names and servers."""
    with internet(authority) as world:
        yield world
