"""The one place that calls AWS."""

from __future__ import annotations

import contextlib
import functools
import threading
import typing as t
from collections.abc import Callable, Iterator

import boto3
from botocore import xform_name
from botocore.config import Config as BotoConfig
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

from tutorcloudfront.aws.errors import not_of_aws, translated
from tutorcloudfront.aws.quantities import with_quantities, without_quantities
from tutorcloudfront.settings import Settings

#: How many calls are made at a time.
PARALLEL = 10
#: CloudFront and all that it uses are asked in this region, whatever CLOUDFRONT_AWS_REGION says.
GLOBAL_REGION = "us-east-1"
#: Services whose resources are in the region of the platform.
REGIONAL = {"s3", "secretsmanager"}
PAGE_SIZE = "100"
#: How often a call is made at most before it counts as failed.
ATTEMPTS = 10
#: How often one is made again whose answer was cut off or is none of AWS's, which botocore leaves to us.
ATTEMPTS_TO_READ = 5

Answer = dict[str, t.Any]


class Aws:
    """Calls to one AWS account. May be used by several threads at once."""

    def __init__(self, settings: Settings, attempts: int = ATTEMPTS) -> None:
        self._settings = settings
        self._attempts = attempts
        self._session: boto3.Session | None = None
        self._clients: dict[str, t.Any] = {}
        self._lock = threading.Lock()

    def call(self, service: str, operation: str, **arguments: t.Any) -> Answer:
        """Call an operation, named as in AWS's documentation, and return its answer.

        Lists are given and returned without their `Quantity`; arguments that are `None` are left out.

        Raises:
            AwsError: whatever went wrong, with its mend.
        """
        try:
            client = self._client(service)
            shape = client.meta.service_model.operation_model(operation).input_shape
            make = functools.partial(getattr(client, xform_name(operation)), **with_quantities(shape, arguments))
            answer = _readable(make, min(self._attempts, ATTEMPTS_TO_READ))
        except (BotoCoreError, ClientError, ResponseParserError) as e:
            raise translated(e, service, operation) from e
        return t.cast(Answer, without_quantities(answer))

    def takes(self, service: str, operation: str, argument: str) -> bool:
        """Tell whether an operation has an argument in the version of botocore that is installed."""
        shape = self._client(service).meta.service_model.operation_model(operation).input_shape
        return shape is not None and argument in shape.members

    def cloudfront(self, operation: str, **arguments: t.Any) -> Answer:
        """Call an operation of CloudFront's."""
        return self.call("cloudfront", operation, **arguments)

    def cloudfront_list(self, operation: str, **arguments: t.Any) -> Iterator[Answer]:
        """Yield the items of a list of CloudFront's, page after page.

        Half of these operations have no paginator in botocore; all answer with one list structure and its NextMarker.
        """
        marker = None
        while True:
            answer = self.cloudfront(operation, MaxItems=PAGE_SIZE, Marker=marker, **arguments)
            page = next(value for key, value in answer.items() if key.endswith("List"))
            yield from page["Items"]
            marker = page.get("NextMarker")
            if not marker:
                return

    def pages(self, service: str, operation: str, items: str, **arguments: t.Any) -> Iterator[Answer]:
        """Yield the items of a list of another service, page after page; they stand under the key `items`."""
        token = None
        while True:
            answer = self.call(service, operation, nextToken=token, **arguments)
            yield from answer.get(items, [])
            token = answer.get("nextToken")
            if not token:
                return

    def tagged(self, key: str, value: str) -> dict[str, dict[str, str]]:
        """Return the tags of all distributions and functions that carry this one, by ARN."""
        found: dict[str, dict[str, str]] = {}
        token = None
        while token != "":
            answer = self.call(
                "resourcegroupstaggingapi",
                "GetResources",
                TagFilters=[{"Key": key, "Values": [value]}],
                ResourceTypeFilters=["cloudfront", "lambda:function"],
                ResourcesPerPage=100,
                PaginationToken=token,
            )
            if "ResourceTagMappingList" not in answer:  # botocore takes a page that is no JSON for an empty answer
                raise not_of_aws("GetResources")
            for item in answer["ResourceTagMappingList"]:
                found[item["ResourceARN"]] = {tag["Key"]: tag["Value"] for tag in item["Tags"]}
            token = answer.get("PaginationToken", "")
        return found

    def _client(self, service: str) -> t.Any:
        with self._lock:  # making sessions and clients is not thread-safe, using clients is
            if service not in self._clients:
                self._session = self._session or self._new_session()
                self._clients[service] = self._session.client(
                    service,  # type: ignore[call-overload]
                    region_name=self._settings.aws_region if service in REGIONAL else GLOBAL_REGION,
                    config=BotoConfig(
                        retries={"mode": "adaptive", "total_max_attempts": self._attempts},
                        max_pool_connections=PARALLEL,
                        connect_timeout=10,
                        read_timeout=60,
                    ),
                )
                self._clients[service].meta.events.register("before-parse", _refuse_half)
            return self._clients[service]

    def _new_session(self) -> boto3.Session:
        settings = self._settings
        # None, not "": boto3 takes an empty key for a key, and then no profile or role can serve.
        return boto3.Session(
            aws_access_key_id=settings.aws_access_key_id or None,
            aws_secret_access_key=settings.aws_secret_access_key.get_secret_value() or None,
            profile_name=settings.aws_profile or None,
            region_name=settings.aws_region,
        )


def _readable(call: Callable[[], Answer], attempts: int) -> Answer:
    """Make a call until its answer can be read. What was done is found to be done the next time."""
    for _ in range(attempts - 1):
        with contextlib.suppress(ResponseParserError):
            return call()
    return call()


def _refuse_half(operation_model: OperationModel, response_dict: dict[str, t.Any], **_: t.Any) -> None:
    """See that an answer is as long as it says: of half a JSON document botocore makes an empty answer."""
    length = response_dict["headers"].get("content-length", "")
    if length.isdecimal() and operation_model.http["method"] != "HEAD" and len(response_dict["body"]) < int(length):
        raise ResponseParserError("the connection was closed too early")
