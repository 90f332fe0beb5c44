"""The environment of a command that is to see the sandbox, and nothing of the real AWS."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path

LOOPBACK = "127.0.0.1"
#: Good for nothing: the sandbox looks at no signature.
ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 (AWS's own example)
REGION = "us-east-1"


def environment(base: Mapping[str, str], url: str, folder: Path, profiles: Iterable[str]) -> dict[str, str]:
    """Return `base` without what leads to real AWS, and with what leads to the sandbox at `url`.

    Every AWS_* variable goes, since one of them is enough to bring credentials or another endpoint in; so do
    the user's own files of credentials, in whose place come two in `folder` with the same `profiles`.
    https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
    """
    config, credentials = folder / "config", folder / "credentials"
    names = ["default", *(name for name in profiles if name != "default")]
    _write(config, names, {"region": REGION}, prefix="profile ")
    _write(credentials, names, {"aws_access_key_id": ACCESS_KEY_ID, "aws_secret_access_key": SECRET_ACCESS_KEY})
    kept = {name: value for name, value in base.items() if not _leads_to_aws(name)}
    return {
        **kept,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        **{name: _without_proxy(base.get(name, "")) for name in ("NO_PROXY", "no_proxy")},
    }


def forget_aws(environment: MutableMapping[str, str]) -> None:
    """Take out of a process's own environment what leads to real AWS; the user's files have no say any more either.

    The account is emulated by code that looks there too, and would stumble over a profile that is not there.
    """
    for name in filter(_leads_to_aws, list(environment)):
        del environment[name]
    environment.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)


def _leads_to_aws(name: str) -> bool:
    return name.upper().startswith(("AWS_", "BOTO_CONFIG"))


def _without_proxy(hosts: str) -> str:
    return ",".join(filter(None, [hosts, LOOPBACK, "localhost"]))


def _write(path: Path, profiles: list[str], settings: dict[str, str], prefix: str = "") -> None:
    lines: list[str] = []
    for profile in profiles:
        lines.append(f"[{profile if profile == 'default' else prefix + profile}]")
        lines += [f"{name} = {value}" for name, value in settings.items()]
    path.touch(mode=0o600)
    path.write_text(os.linesep.join([*lines, ""]))
