"""CloudFormation for Lambda functions, their versions and their roles, of which moto's leaves out half.

It makes a function without tags and architecture, and can not change its inline code; a version has no ARN, and of a role
only the description ever changes.
"""

from __future__ import annotations

import base64
import io
import json
import typing as t
import zipfile
from collections.abc import Callable

from tutorcloudfront.sandbox.refusal import Refused
from tutorcloudfront.sandbox.rules.lambdas import check_inline

Properties = dict[str, t.Any]

#: The first moment that a zip can tell, so that the same text makes the same zip.
EPOCH = (1980, 1, 1, 0, 0, 0)


def install() -> None:
    """Teach moto's CloudFormation what it leaves out."""
    from moto.awslambda.models import LambdaFunction, LambdaVersion
    from moto.iam.models import Role

    for model, create, update in (
        (LambdaFunction, _create_function, _update_function),
        (LambdaVersion, _create_version, _update_version),
        (Role, _create_role, _update_role),
    ):
        model.create_from_cloudformation_json = classmethod(_create(create))
        model.update_from_cloudformation_json = classmethod(_update(update))
    LambdaVersion.delete = _delete_version


def _create(make: Callable[[str, Properties, str, str], t.Any]) -> Callable[..., t.Any]:
    def create(_model: type, name: str, resource: t.Any, account: str, region: str, **_: t.Any) -> t.Any:
        return _told(make, name, resource["Properties"], account, region)

    return create


def _update(change: Callable[[t.Any, Properties], None]) -> Callable[..., t.Any]:
    def update(_model: type, original_resource: t.Any, cloudformation_json: t.Any, **_: t.Any) -> t.Any:
        _told(change, original_resource, cloudformation_json["Properties"])
        return original_resource

    return update


def _told(operation: Callable[..., t.Any], *arguments: t.Any) -> t.Any:
    """Have something done, and an error told in CloudFormation's way."""
    from moto.cloudformation.exceptions import ValidationError
    from moto.core.exceptions import JsonRESTError

    try:
        return operation(*arguments)
    except Refused as refused:
        raise ValidationError(message=f"{refused.code}: {refused.message}") from refused
    except JsonRESTError as error:
        raise ValidationError(message=str(error.message)) from error


def _create_function(name: str, properties: Properties, account: str, region: str) -> t.Any:
    backend = _lambda(account, region)
    if name in backend._lambdas._functions:
        raise Refused("AlreadyExists", f"Resource of type 'AWS::Lambda::Function' with identifier '{name}' exists.")
    return backend.create_function(
        {**properties, "FunctionName": name, "Code": _code(properties), "Tags": _tags(properties)}
    )


def _update_function(function: t.Any, properties: Properties) -> None:
    function.update_configuration(properties)
    function.update_function_code(_code(properties))
    function.architectures = properties.get("Architectures", ["x86_64"])
    function.tags.update(_tags(properties))


def _code(properties: Properties) -> Properties:
    """Return where the code is, inline code as the zip that CloudFormation makes of it."""
    code: Properties = properties["Code"]
    if "ZipFile" not in code:
        return code
    buffer = io.BytesIO()
    ending = "py" if properties.get("Runtime", "").startswith("python") else "js"
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"index.{ending}", EPOCH), code["ZipFile"])
    check_inline(properties, buffer.getvalue())
    return {"ZipFile": base64.b64encode(buffer.getvalue())}


def _tags(properties: Properties) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}


def _create_version(_name: str, properties: Properties, account: str, region: str) -> t.Any:
    """Publish a version; `Ref` is its ARN.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html
    """
    from moto.awslambda.models import LambdaVersion

    backend = _lambda(account, region)
    function = backend._lambdas.get_function_by_name_or_arn_forbid_qualifier(properties["FunctionName"])
    before = list(backend._lambdas._functions[function.function_name]["versions"])
    made = backend.publish_version(function.function_name, properties.get("Description", ""))
    if made in before:
        raise Refused(
            "AlreadyExists",
            f"A version for this Lambda function exists ( {made.version} ). Modify the function to create a new version.",
        )
    version = LambdaVersion({"Version": made.version})
    version.physical_resource_id = made.function_arn
    return version


def _update_version(_version: t.Any, _properties: Properties) -> None:
    raise Refused("NotUpdatable", "Resource of type 'AWS::Lambda::Version' does not support updates.")


def _delete_version(version: t.Any, account: str, region: str) -> None:
    name, number = version.physical_resource_id.split(":")[-2:]
    _told(_lambda(account, region).delete_function, name, number)


def _lambda(account: str, region: str) -> t.Any:
    from moto.awslambda.models import lambda_backends

    return lambda_backends[account][region]


def _create_role(name: str, properties: Properties, account: str, _region: str) -> t.Any:
    from moto.iam.models import iam_backends

    role = iam_backends[account]["aws"].create_role(
        name,
        json.dumps(properties["AssumeRolePolicyDocument"]),
        properties.get("Path", "/"),
        properties.get("PermissionsBoundary", ""),
        properties.get("Description", ""),
        properties.get("Tags", []),
        properties.get("MaxSessionDuration", 3600),
    )
    role.policies = _policies(properties)
    return role


def _update_role(role: t.Any, properties: Properties) -> None:
    if (properties.get("RoleName", role.name), properties.get("Path", "/")) != (role.name, role.path):
        raise Refused("ValidationError", "The sandbox does not replace roles: delete it and make it anew.")
    role.assume_role_policy_document = json.dumps(properties["AssumeRolePolicyDocument"])
    role.description = properties.get("Description", "")
    role.policies = _policies(properties)
    role.tags = list(properties.get("Tags", []))


def _policies(properties: Properties) -> dict[str, str]:
    return {item["PolicyName"]: json.dumps(item["PolicyDocument"]) for item in properties.get("Policies", [])}
