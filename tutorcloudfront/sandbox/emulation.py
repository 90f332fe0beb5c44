"""Our CloudFront in the place of moto's, within moto's server.

moto's own CloudFront drops parts of what it is given, and refuses next to nothing. What stays moto's is what it is
good at: it reads requests and writes answers by botocore's model.
"""

from __future__ import annotations

import functools
import re
import sys
import typing as t
from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape

from tutorcloudfront.sandbox import lambdas, shapes, stack_changes, stack_functions, stack_templates, stacks
from tutorcloudfront.sandbox.operations import OPERATIONS, Operation, tags
from tutorcloudfront.sandbox.refusal import Refused
from tutorcloudfront.sandbox.store import Store

#: Where the WSGI environment of a request holds the store that it is about.
STORE = "tutorcloudfront.store"


@functools.cache
def install() -> None:
    """Teach moto our CloudFront; once in a process, and before moto serves the first request."""
    from moto import settings
    from moto.cloudfront.models import CloudFrontBackend
    from moto.cloudfront.responses import CloudFrontResponse
    from moto.cloudfront.urls import url_paths
    from moto.core.utils import camelcase_to_underscores
    from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

    for name, operation in OPERATIONS.items():
        setattr(CloudFrontResponse, camelcase_to_underscores(name), _method(operation))
        url_paths[_url_pattern(name)] = CloudFrontResponse.dispatch
    CloudFrontBackend.iter_tagged_resources = _tagged_resources
    CloudFrontBackend.tag_resource = lambda _self, arn, more: _locked(tags.tag, arn, more)
    CloudFrontBackend.untag_resource = lambda _self, arn, keys: _locked(tags.untag, arn, keys)
    ResourceGroupsTaggingAPIBackend.get_resources = _pages_of_resources(ResourceGroupsTaggingAPIBackend.get_resources)
    # Seconds until a certificate that was asked for is issued; moto's own are 60.
    settings.ACM_VALIDATION_WAIT = 1
    lambdas.install(_locked)
    stacks.install(_locked)


def backend_app(create_app: Callable[[str], t.Any]) -> Callable[[str], t.Any]:
    """Return what makes the application of a service, with moto's CloudFormation taught once it is asked for.

    It imports what not everybody has installed.
    """

    def wrapped(service: str) -> t.Any:
        if service == "cloudformation":
            _install_stacks()
        return create_app(service)

    return wrapped


@functools.cache
def _install_stacks() -> None:
    for module in (stack_changes, stack_functions, stack_templates):
        module.install()


def _method(operation: Operation) -> Callable[[t.Any], t.Any]:
    from moto.cloudfront.exceptions import CloudFrontException
    from moto.core.responses import ActionResult

    def method(response: t.Any) -> t.Any:
        try:
            return ActionResult(_locked(operation, response.params))
        except Refused as refused:
            if refused.code == shapes.MALFORMED:
                return _malformed(refused.message)
            raise CloudFrontException(refused.code, refused.message) from refused

    return method


def _malformed(message: str) -> tuple[int, dict[str, t.Any], str]:
    """Answer with the one error of the API that botocore's model does not have, so that moto cannot write it."""
    error = f"<Type>Sender</Type><Code>{shapes.MALFORMED}</Code><Message>{escape(message)}</Message>"
    headers = {"status": 400, "Content-Type": "text/xml"}
    return 400, headers, f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"


def _url_pattern(operation: str) -> str:
    path = shapes.service_model().operation_model(operation).http["requestUri"].partition("?")[0]
    return "{0}" + re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path) + "$"


def _locked(operation: Callable[..., t.Any], *arguments: t.Any) -> t.Any:
    from flask import request

    store: Store = request.environ[STORE]
    with store.lock:
        return operation(store, *arguments)


def _tagged_resources(_backend: t.Any) -> Iterator[t.Any]:
    """Yield what the Resource Groups Tagging API is to know of CloudFront, which it tells in us-east-1 only.

    https://docs.aws.amazon.com/ARG/latest/userguide/supported-resources.html
    """
    from flask import request
    from moto.core.resource_tagging import TaggedResource

    if "/us-east-1/" not in request.headers.get("Authorization", "/us-east-1/"):
        return iter(())
    return iter(
        [TaggedResource(arn=arn, tags=dict(tags), resource_type=type_) for arn, type_, tags in _locked(_arns_with_tags)]
    )


def _pages_of_resources(get_resources: Callable[..., t.Any]) -> Callable[..., t.Any]:
    """Have the tagging API's pages end after so many resources only, where moto ends them after 100 tags as well."""

    def wrapped(backend: t.Any, **arguments: t.Any) -> t.Any:
        return get_resources(backend, **{**arguments, "tags_per_page": sys.maxsize})

    return wrapped


def _arns_with_tags(store: Store) -> list[tuple[str, str, dict[str, str]]]:
    return [(arn, type_, store.tags.get(arn, {})) for arn, type_ in store.taggable().items()]
