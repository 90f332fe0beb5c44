"""The emulated AWS account, and boto3 clients for it."""

from __future__ import annotations

import os
import typing as t
from collections.abc import Iterator
from unittest import mock

import boto3
import pytest
from botocore.config import Config

from tutorcloudfront.sandbox import Sandbox

#: Short, since tests wait for it; long enough to be seen InProgress before.
DEPLOY_SECONDS = 0.2
REGION = "us-east-1"


class Aws:
    """Makes boto3 clients for a sandbox, each once, since that takes a while."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._environment = sandbox.environment(os.environ)
        self._clients: dict[tuple[str, str], t.Any] = {}

    def __call__(self, service: str, region: str = REGION) -> t.Any:
        """Return a client that does not retry, so that a test sees what the sandbox says."""
        if (service, region) not in self._clients:
            config = Config(retries={"total_max_attempts": 1})
            with mock.patch.dict(os.environ, self._environment, clear=True):
                client: t.Any = boto3.Session().client
                self._clients[service, region] = client(service, region_name=region, config=config)
        return self._clients[service, region]


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """The server of the session. Tests take `sandbox`, which is empty."""
    with Sandbox(deploy_seconds=DEPLOY_SECONDS) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def running_aws(running_sandbox: Sandbox) -> Aws:
    """The clients of the session. Tests take `aws`, whose account is empty."""
    return Aws(running_sandbox)


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Iterator[Sandbox]:
    """An empty account. A test may set `wrap`, or other settings and then `reset()`."""
    names = ("deploy_seconds", "references_stay_used", "replica_seconds")
    settings = {name: getattr(running_sandbox, name) for name in names}
    running_sandbox.reset()
    yield running_sandbox
    running_sandbox.wrap = None
    for name, value in settings.items():
        setattr(running_sandbox, name, value)


@pytest.fixture
def aws(sandbox: Sandbox, running_aws: Aws) -> Aws:
    """Makes clients for the empty account: `aws("cloudfront").list_distributions()`."""
    return running_aws


@pytest.fixture
def cloudfront(aws: Aws) -> t.Any:
    """A CloudFront client for the empty account."""
    return aws("cloudfront")
