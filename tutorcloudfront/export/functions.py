"""The functions of guarded sites in a template: each with its role, and with the version that a distribution calls.

The template carries their code: a stack needs nothing beside it.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Mapping
from hashlib import sha256

from tutorcloudfront.edge.inline import HANDLER, inline_source
from tutorcloudfront.resources.edge import FUNCTION, POLICY, ROLE
from tutorcloudfront.resources.resource import Ref, Resource
from tutorcloudfront.resources.tags import DIGEST_TAG, VERSION_TAG, tag_list, version_of_stack

Document = dict[str, t.Any]

KINDS = (ROLE, FUNCTION)
#: CloudFront takes functions of this region only:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
REGION = "us-east-1"
#: Told before a stack makes anything in another region:
#: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
RULES: Document = {
    "Region": {
        "Assertions": [
            {
                "Assert": {"Fn::Equals": [{"Ref": "AWS::Region"}, REGION]},
                "AssertDescription": f"Deploy this to {REGION}, from where CloudFront takes Lambda functions.",
            }
        ]
    }
}


def stacked(desired: Iterable[Resource], ids: Mapping[str, str]) -> tuple[Document, dict[Ref, Document]]:
    """Return the functions and their roles as a template has them, and what distributions call the functions by.

    :param ids: the logical ids of the functions, by their names.
    """
    made: Document = {}
    references: dict[Ref, Document] = {}
    for resource in desired:
        id_ = ids[resource.name]
        if resource.kind == ROLE:
            made[_role_id(id_)] = _role(resource)
        else:
            body = _function(resource, id_)
            digest = _digest(body)
            tags = {**resource.tags, DIGEST_TAG: resource.config["Digest"], VERSION_TAG: version_of_stack(digest)}
            made[id_] = {"Type": "AWS::Lambda::Function", "Properties": {**body, "Tags": tag_list(tags)}}
            version_id = f"{id_}Version{digest}"
            made[version_id] = _version(id_, digest)
            references[Ref(FUNCTION, resource.name)] = {"Ref": version_id}
    return made, references


def _role_id(function_id: str) -> str:
    return f"{function_id}Role"


def _role(resource: Resource) -> Document:
    config = dict(resource.config)
    policy = {"PolicyName": POLICY, "PolicyDocument": config.pop("PolicyDocument")}
    return {"Type": "AWS::IAM::Role", "Properties": {**config, "Policies": [policy], "Tags": tag_list(resource.tags)}}


def _function(resource: Resource, id_: str) -> Document:
    """Return the properties of a function that its versions have as well.

    AWS does not delete a function for as long as edge locations have copies of it, so that the deletion of a stack has to
    be asked for again. If the stack left it behind, it would be in the way of the next one.
    """
    return {
        **{key: value for key, value in resource.config.items() if key != "Digest"},
        "Role": {"Fn::GetAtt": [_role_id(id_), "Arn"]},
        "Handler": HANDLER,
        "Code": {"ZipFile": inline_source(resource.attachments["ZipFile"])},
    }


def _version(function_id: str, digest: str) -> Document:
    """Return a version. Edge locations still have it when another takes its place, and so it is left to go with its function.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-delete-replicas.html
    """
    body = {"FunctionName": {"Ref": function_id}, "Description": version_of_stack(digest)}
    keep = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    return {"Type": "AWS::Lambda::Version", **keep, "Properties": body}


def _digest(body: Document) -> str:
    """Return what makes the logical id of a version another one when, and only when, the function is.

    CloudFormation publishes a version for each id that is new, and fails where the function is as it was. SAM does the
    same: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html
    """
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:10]
