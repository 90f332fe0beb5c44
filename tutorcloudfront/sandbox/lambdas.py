"""Lambda functions whose versions edge locations have: what moto's Lambda does not know of them."""

from __future__ import annotations

import copy
import typing as t
from collections.abc import Callable

from tutorcloudfront.sandbox.store import Store

#: Calls a function of the store and other arguments, with the store of the request.
Locked = Callable[..., t.Any]


def install(locked: Locked) -> None:
    """Teach moto's Lambda what versions are, and not to delete what edge locations have."""
    from moto.awslambda.models import LambdaBackend

    delete = LambdaBackend.delete_function

    def delete_function(backend: LambdaBackend, function_name: str, qualifier: str | None = None) -> None:
        versions = backend._lambdas._functions.get(function_name, {}).get("versions", [])
        arns = [item.function_arn for item in versions if qualifier in (None, str(item.version))]
        for arn in arns:
            _refuse_if_replicated(locked, arn)
        delete(backend, function_name, qualifier)
        # moto forgets versions that are deleted one by one only in part.
        for arn in arns:
            backend._lambdas._arns.pop(arn, None)

    LambdaBackend.delete_function = delete_function
    LambdaBackend.publish_version = _publish_version


def _refuse_if_replicated(locked: Locked, arn: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-delete-replicas.html"""
    from moto.awslambda.exceptions import LambdaClientError

    if locked(_is_replicated, arn):
        raise LambdaClientError(
            "InvalidParameterValueException",
            f"Lambda was unable to delete {arn} because it is a replicated function. Please see our documentation for "
            "Deleting Lambda@Edge Functions and Replicas.",
        )


def _is_replicated(store: Store, arn: str) -> bool:
    return store.is_replicated(arn)


def _publish_version(backend: t.Any, function_name: str, description: str = "") -> t.Any:
    """Publish a version unless the last one is the same; the numbers of deleted ones are not given again.

    https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
    """
    storage = backend._lambdas
    latest = storage.get_function_by_name_or_arn_forbid_qualifier(function_name)
    versions = storage._functions[latest.function_name]["versions"]
    if versions and versions[-1].made_of == _made_of(latest):
        return versions[-1]
    latest.last_version = getattr(latest, "last_version", 0) + 1
    made = copy.copy(latest)
    made.set_version(latest.last_version)
    made.made_of = _made_of(latest)
    made.description = description or latest.description
    versions.append(made)
    storage._arns[made.function_arn] = made
    return made


def _made_of(function: t.Any) -> tuple[t.Any, ...]:
    """Return what makes a version another one; that its own description is another one does not."""
    names = ("code_sha_256", "handler", "role", "run_time", "memory_size", "timeout", "description", "environment_vars")
    return tuple(getattr(function, name) for name in names)
