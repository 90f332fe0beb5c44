"""CloudFormation for CloudFront's resources and the delivery of its logs, which moto's CloudFormation does not know.

A stack makes them by the same operations as everyone, so that it is refused what everyone is refused. What AWS would
undo when a stack fails stays.
"""

from __future__ import annotations

import functools
import time
import typing as t
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from botocore.model import ListShape, Shape, StructureShape

from tutorcloudfront.sandbox import shapes
from tutorcloudfront.sandbox.kinds import DISTRIBUTION
from tutorcloudfront.sandbox.operations import OPERATIONS, Members
from tutorcloudfront.sandbox.refusal import Refused, refuse_if
from tutorcloudfront.sandbox.store import Store

#: Calls a function of the store and other arguments, with the store of the request.
Locked = Callable[..., t.Any]
Properties = Mapping[str, t.Any]

#: CloudFormation's words, in lower case, for what the API calls otherwise in more than upper and lower case.
WORDS = {"ipv6enabled": "IsIPV6Enabled", "origincustomheaders": "CustomHeaders"}
#: moto keeps only weak references to what it finds models by.
_models: list[type] = []


@dataclass(frozen=True)
class Made:
    """What a stack has made: the id that `Ref` gives, and what `Fn::GetAtt` does."""

    id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Type:
    """A type of resource in templates."""

    name: str
    create: Callable[[Store, Properties], Made]
    delete: Callable[[Store, str], None]
    update: Callable[[Store, str, Properties], Made] | None = None
    attributes: frozenset[str] = frozenset()
    #: Seconds until it can be deleted; does what must come before.
    retire: Callable[[Store, str], float] | None = None


def install(locked: Locked) -> None:
    """Teach moto's CloudFormation the types; before it is used for the first time."""
    _models.extend(_model(type_, locked) for type_ in TYPES)


def _model(type_: Type, locked: Locked) -> type:
    """Return a class for moto's CloudFormation."""
    from moto.core.common_models import CloudFormationModel

    body = {"type": type_, "told": staticmethod(functools.partial(_told, locked))}
    # By its metaclass, since moto's module is imported only once a sandbox starts.
    model: type = type(CloudFormationModel)(type_.name.split(":")[-1], (_Model, CloudFormationModel), body)
    return model


class _Model:
    """What moto asks of its models: the hooks of a type for the class, and what was made for an instance."""

    type: t.ClassVar[Type]
    told: t.ClassVar[Callable[..., t.Any]]

    def __init__(self, made: Made) -> None:
        self.made = made

    @property
    def physical_resource_id(self) -> str:
        return self.made.id

    def get_cfn_attribute(self, name: str) -> str:
        return self.made.attributes[name]

    def is_created(self) -> bool:
        return True

    @classmethod
    def cloudformation_name_type(cls) -> str:
        return ""

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.type.name

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in cls.type.attributes

    @classmethod
    def create_from_cloudformation_json(cls, _name: str, resource: t.Any, *_: t.Any, **__: t.Any) -> _Model:
        return cls(cls.told(cls.type.create, resource["Properties"]))

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: _Model, cloudformation_json: t.Any, **_: t.Any
    ) -> _Model:
        update = cls.type.update or functools.partial(_refuse_update, cls.type.name)
        return cls(cls.told(update, original_resource.made.id, cloudformation_json["Properties"]))

    @classmethod
    def delete_from_cloudformation_json(cls, name: str, *_: t.Any) -> None:
        if cls.type.retire:
            time.sleep(cls.told(cls.type.retire, name))
        cls.told(_delete, cls.type, name)


def _refuse_update(name: str, *_: t.Any) -> Made:
    raise Refused("ValidationError", f"The sandbox does not update {name}: delete it and make it anew.")


def _delete(store: Store, type_: Type, id_: str) -> None:
    """Delete what moto, in whatever order it comes to it, may have deleted with something else."""
    try:
        type_.delete(store, id_)
    except Refused as refused:
        if not refused.code.startswith("NoSuch"):
            raise


def _told(locked: Locked, operation: Callable[..., t.Any], *arguments: t.Any) -> t.Any:
    """Have something done, and an error told in CloudFormation's way."""
    from moto.cloudformation.exceptions import ValidationError

    try:
        return locked(operation, *arguments)
    except Refused as refused:
        raise ValidationError(message=f"{refused.code}: {refused.message}") from refused


def _call(store: Store, name: str, **members: t.Any) -> Members:
    return OPERATIONS[name](store, members)


# Properties → members of requests


def _request(shape_name: str, value: t.Any) -> t.Any:
    return _members(shapes.service_model().shape_for(shape_name), value, shape_name)


def _members(shape: Shape, value: t.Any, path: str) -> t.Any:
    if isinstance(shape, StructureShape) and isinstance(value, list):
        listed = _members(shape.members["Items"], value, path)
        enabled = {"Enabled": bool(value)} if "Enabled" in shape.members else {}
        return {"Quantity": len(listed), "Items": listed, **enabled}
    if isinstance(shape, StructureShape):
        return _structure(shape, dict(value), path)
    if isinstance(shape, ListShape):
        return [_members(shape.member, item, path) for item in value]
    return value


def _structure(shape: StructureShape, value: dict[str, t.Any], path: str) -> Members:
    cached = value.pop("CachedMethods", None)
    by_word = {name.lower(): name for name in shape.members}
    result = {}
    for word, item in value.items():
        name = by_word.get(word.lower()) or WORDS.get(word.lower(), "")
        refuse_if(name not in shape.members, "ValidationError", f"#/{path}: extraneous key [{word}] is not permitted")
        result[name] = _members(shape.members[name], item, f"{path}/{word}")
    if "Quantity" in shape.members and "Items" in result:
        result["Quantity"] = len(result["Items"])
    if cached is not None:
        result["AllowedMethods"]["CachedMethods"] = {"Quantity": len(cached), "Items": cached}
    return result


def _tags(properties: Properties) -> Members:
    return {"Items": list(properties.get("Tags", []))}


# What is little more than a configuration


def _configured(name: str) -> Type:
    config = f"{name}Config"

    def create(store: Store, properties: Properties) -> Made:
        return made(_call(store, f"Create{name}", **{config: _request(config, properties[config])}))

    def update(store: Store, id_: str, properties: Properties) -> Made:
        etag = _call(store, f"Get{name}", Id=id_)["ETag"]
        new = {config: _request(config, properties[config])}
        return made(_call(store, f"Update{name}", Id=id_, IfMatch=etag, **new))

    def delete(store: Store, id_: str) -> None:
        _call(store, f"Delete{name}", Id=id_, IfMatch=_call(store, f"Get{name}", Id=id_)["ETag"])

    def made(answer: Members) -> Made:
        return Made(answer[name]["Id"], {"Id": answer[name]["Id"]})

    return Type(f"AWS::CloudFront::{name}", create, delete, update, frozenset({"Id"}))


# Functions


def _create_function(store: Store, properties: Properties) -> Made:
    arguments = {**_function(properties), "Tags": _tags(properties)}
    return _published(store, properties, _call(store, "CreateFunction", **arguments))


def _update_function(store: Store, arn: str, properties: Properties) -> Made:
    refuse_if(arn.split("/")[-1] != properties["Name"], "ValidationError", "The sandbox does not rename functions.")
    etag = _call(store, "DescribeFunction", Name=properties["Name"])["ETag"]
    return _published(store, properties, _call(store, "UpdateFunction", IfMatch=etag, **_function(properties)))


def _delete_function(store: Store, arn: str) -> None:
    name = arn.split("/")[-1]
    _call(store, "DeleteFunction", Name=name, IfMatch=_call(store, "DescribeFunction", Name=name)["ETag"])


def _function(properties: Properties) -> Members:
    config = _request("FunctionConfig", properties["FunctionConfig"])
    code = properties["FunctionCode"].encode()
    return {"Name": properties["Name"], "FunctionConfig": config, "FunctionCode": code}


def _published(store: Store, properties: Properties, written: Members) -> Made:
    if properties.get("AutoPublish"):
        _call(store, "PublishFunction", Name=properties["Name"], IfMatch=written["ETag"])
    arn = written["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    return Made(arn, {"FunctionARN": arn})


# Distributions


def _create_distribution(store: Store, properties: Properties) -> Made:
    config = _request("DistributionConfig", properties["DistributionConfig"])
    both = {"DistributionConfig": {"CallerReference": str(uuid.uuid4()), **config}, "Tags": _tags(properties)}
    return _distribution(_call(store, "CreateDistributionWithTags", DistributionConfigWithTags=both))


def _update_distribution(store: Store, id_: str, properties: Properties) -> Made:
    config = _request("DistributionConfig", properties["DistributionConfig"])
    # An update must say everything, and so CloudFormation says what AWS would have added.
    complete = {**DISTRIBUTION.complete(config), "ViewerCertificate": config["ViewerCertificate"]}
    distribution = _put(store, id_, lambda old: {"CallerReference": old["CallerReference"], **complete})
    _call(store, "TagResource", Resource=distribution["Distribution"]["ARN"], Tags=_tags(properties))
    return _distribution(distribution)


def _put(store: Store, id_: str, change: Callable[[Members], Members]) -> Members:
    answer = _call(store, "GetDistribution", Id=id_)
    config = change(answer["Distribution"]["DistributionConfig"])
    return _call(store, "UpdateDistribution", Id=id_, IfMatch=answer["ETag"], DistributionConfig=config)


def _retire_distribution(store: Store, id_: str) -> float:
    _put(store, id_, lambda old: {**old, "Enabled": False})
    return max(0.0, store.of_kind("Distribution")[id_].ready_at - time.monotonic())


def _delete_distribution(store: Store, id_: str) -> None:
    _call(store, "DeleteDistribution", Id=id_, IfMatch=_call(store, "GetDistribution", Id=id_)["ETag"])


def _distribution(answer: Members) -> Made:
    distribution = answer["Distribution"]
    return Made(distribution["Id"], {"Id": distribution["Id"], "DomainName": distribution["DomainName"]})


# What distributions have beside their configuration


def _create_subscription(store: Store, properties: Properties) -> Made:
    subscription = _request("MonitoringSubscription", properties["MonitoringSubscription"])
    id_ = properties["DistributionId"]
    _call(store, "CreateMonitoringSubscription", DistributionId=id_, MonitoringSubscription=subscription)
    return Made(id_)


def _delete_subscription(store: Store, id_: str) -> None:
    _call(store, "DeleteMonitoringSubscription", DistributionId=id_)


def _logs(store: Store) -> t.Any:
    """Return moto's CloudWatch Logs of the region in which CloudFront's are delivered."""
    from moto.logs.models import logs_backends

    return logs_backends[store.account]["us-east-1"]


def _create_source(store: Store, properties: Properties) -> Made:
    name = properties["Name"]
    _logs(store).put_delivery_source(name, properties["ResourceArn"], properties["LogType"], None)
    return Made(name)


def _create_destination(store: Store, properties: Properties) -> Made:
    where = {"destinationResourceArn": properties["DestinationResourceArn"]}
    name = properties["Name"]
    made = _logs(store).put_delivery_destination(name, properties["OutputFormat"], where, None)
    return Made(name, {"Arn": made.arn})


def _create_delivery(store: Store, properties: Properties) -> Made:
    made = _logs(store).create_delivery(
        properties["DeliverySourceName"],
        properties["DeliveryDestinationArn"],
        None,
        None,
        {"suffixPath": properties["S3SuffixPath"]},
        None,
    )
    return Made(made.id)


TYPES = (
    *map(_configured, ("CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy")),
    *map(_configured, ("PublicKey", "KeyGroup", "OriginAccessControl")),
    Type("AWS::CloudFront::Function", _create_function, _delete_function, _update_function, frozenset({"FunctionARN"})),
    Type(
        "AWS::CloudFront::Distribution",
        _create_distribution,
        _delete_distribution,
        _update_distribution,
        frozenset({"DomainName", "Id"}),
        _retire_distribution,
    ),
    Type("AWS::CloudFront::MonitoringSubscription", _create_subscription, _delete_subscription),
    Type("AWS::Logs::DeliverySource", _create_source, lambda store, name: _logs(store).delete_delivery_source(name)),
    Type(
        "AWS::Logs::DeliveryDestination",
        _create_destination,
        lambda store, name: _logs(store).delete_delivery_destination(name),
        attributes=frozenset({"Arn"}),
    ),
    Type("AWS::Logs::Delivery", _create_delivery, lambda store, id_: _logs(store).delete_delivery(id_)),
)
