"""The functions as zips, the same bytes from the same configuration on every machine.

The files are stored as they are: compressed, they would be a third of the size, and differ with the version of zlib.
"""

from __future__ import annotations

import io
import json
import typing as t
import zipfile
from collections.abc import Mapping
from importlib import resources

from tutorcloudfront.edge.authorizer.sources import DIGEST_HEADER
from tutorcloudfront.edge.config import AuthorizerConfig, InvalidConfig, SignerConfig

__all__ = ["HANDLER", "MAX_BYTES", "TOKEN_DIGEST_HEADER", "authorizer_zip", "signer_zip"]

#: What Lambda is to call.
HANDLER = "lambda_function.handler"
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge
MAX_BYTES = 1_000_000
#: The header for the cache key of a site whose answers are cached per token.
TOKEN_DIGEST_HEADER = DIGEST_HEADER

#: The first moment that a zip can tell.
EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3
READABLE = 0o100644 << 16
ENTRY = '''\
"""What Lambda calls, with the configuration that came with it."""

import json
import os

from {package}.handler import Handler

with open(os.path.join(os.path.dirname(__file__), "config.json"), encoding="utf-8") as file:
    handler = Handler(json.load(file))
'''


def authorizer_zip(config: AuthorizerConfig) -> bytes:
    """Return the function for viewer-request; raises `InvalidConfig` where it gets too large."""
    return _zip("authorizer", config.document())


def signer_zip(config: SignerConfig) -> bytes:
    """Return the function for origin-request, whose association has to include the body."""
    return _zip("signer", config.document())


def _zip(package: str, config: Mapping[str, t.Any]) -> bytes:
    files = {
        "config.json": json.dumps(config, sort_keys=True, indent=1).encode() + b"\n",
        "lambda_function.py": ENTRY.format(package=package).encode(),
        **_sources(package),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(_entry(name), files[name])
    if len(buffer.getvalue()) > MAX_BYTES:
        raise InvalidConfig(f"the configuration makes the function larger than the {MAX_BYTES} bytes that it may have")
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system = UNIX
    entry.external_attr = READABLE
    return entry


def _sources(package: str) -> dict[str, bytes]:
    folder = resources.files("tutorcloudfront.edge") / package
    return {
        # A checkout on Windows may have made other line ends of them.
        f"{package}/{file.name}": file.read_bytes().replace(b"\r\n", b"\n")
        for file in folder.iterdir()
        if file.name.endswith(".py")
    }
