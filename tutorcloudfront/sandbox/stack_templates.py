"""What CloudFormation wants of a template and of who brings it, before it makes anything."""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Callable, Iterable

#: Bytes within a request, and in a bucket: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MAX_BODY = 51_200
MAX_OBJECT = 1_000_000
NAMED = "CAPABILITY_NAMED_IAM"
#: What takes a name, by the types of resources that give somebody permissions.
IAM_NAMES = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
OPERATIONS = ("create_stack", "update_stack", "create_change_set")


def install() -> None:
    """Teach moto's CloudFormation to look before it begins."""
    from moto.cloudformation.parsing import ResourceMap
    from moto.cloudformation.responses import CloudFormationResponse

    for name in OPERATIONS:
        setattr(CloudFormationResponse, name, _checked(getattr(CloudFormationResponse, name)))
    ResourceMap.load_conditions = _with_rules(ResourceMap.load_conditions)


def _checked(operation: Callable[[t.Any], t.Any]) -> Callable[[t.Any], t.Any]:
    @functools.wraps(operation)
    def wrapped(response: t.Any) -> t.Any:
        from moto.cloudformation.models import Stack

        body, url = response._get_param("TemplateBody"), response._get_param("TemplateURL")
        _refuse_longer(body or "", MAX_BODY, "at 'templateBody'")
        if url:
            body = response._get_stack_from_s3_url(url)
            _refuse_longer(body, MAX_OBJECT, "in the bucket")
        if body:
            _check_capabilities(Stack.parse_template(body), response._get_param("Capabilities", []))
        return operation(response)

    return wrapped


def _refuse_longer(body: str, most: int, where: str) -> None:
    from moto.cloudformation.exceptions import ValidationError

    if len(body.encode()) > most:
        raise ValidationError(message=f"The template {where} is too long. Member must have length at most {most}")


def _check_capabilities(template: t.Any, given: Iterable[str]) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html"""
    from moto.cloudformation.exceptions import CloudFormationError

    resources = template.get("Resources", {}).values()
    named = [IAM_NAMES[each["Type"]] in each.get("Properties", {}) for each in resources if each["Type"] in IAM_NAMES]
    wanted = NAMED if any(named) else "CAPABILITY_IAM" if named else ""
    if wanted and not {wanted, NAMED} & set(given):
        error = CloudFormationError(f"Requires capabilities : [{wanted}]")
        error.code = "InsufficientCapabilitiesException"
        raise error


def _with_rules(load_conditions: Callable[[t.Any], None]) -> Callable[[t.Any], None]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html"""

    def wrapped(stack: t.Any) -> None:
        from moto.cloudformation.exceptions import ValidationError
        from moto.cloudformation.parsing import parse_condition

        load_conditions(stack)
        for rule in stack._template.get("Rules", {}).values():
            for assertion in rule["Assertions"]:
                if not parse_condition(assertion["Assert"], stack._parsed_resources, {}):
                    raise ValidationError(message=f"Template assertion failed: {assertion['AssertDescription']}")

    return wrapped
