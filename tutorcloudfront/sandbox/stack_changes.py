"""The order in which CloudFormation changes a stack: what is needed first, and what is no longer wanted last.

moto's takes away before it adds, adds before it changes, and forgets a stack whose deletion fails.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Iterator, Mapping
from graphlib import TopologicalSorter

Resources = Mapping[str, t.Any]

#: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
RETAIN = "Retain"


def install() -> None:
    """Teach moto's CloudFormation the order."""
    from moto.cloudformation.models import CloudFormationBackend
    from moto.cloudformation.parsing import ResourceMap

    ResourceMap.update = _update
    ResourceMap.delete = _delete
    CloudFormationBackend.delete_stack = _keeping_failed(CloudFormationBackend.delete_stack)


def in_order(resources: Resources) -> list[str]:
    """Return the logical ids, each after those that it needs."""
    return list(TopologicalSorter({id_: needs(resources[id_], resources) for id_ in resources}).static_order())


def needs(resource: t.Any, resources: Resources) -> list[str]:
    """Return the logical ids that a resource speaks of."""
    depends_on = resource.get("DependsOn", [])
    named = [depends_on] if isinstance(depends_on, str) else depends_on
    return [id_ for id_ in dict.fromkeys([*named, *_references(resource)]) if id_ in resources]


def _references(value: t.Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref":
                yield item
            elif key == "Fn::GetAtt":
                yield item.partition(".")[0] if isinstance(item, str) else item[0]
            elif key == "Fn::Sub":
                yield from re.findall(r"\$\{(\w+)", item if isinstance(item, str) else item[0])
            yield from _references(item)


def _update(stack: t.Any, template: t.Any, parameters: dict[str, t.Any] | None = None) -> None:
    """Make and change in order, and clean up after that: what can not be deleted then, a stack just leaves behind."""
    from moto.cloudformation.parsing import parse_and_update_resource

    actions = stack.build_resource_diff(template, parameters)
    before = stack._resource_json_map
    stack._template = template
    if parameters:
        stack.input_parameters = parameters
    stack._resource_json_map = template["Resources"]
    stack.load_mapping()
    stack.load_parameters()
    stack.load_conditions()
    for id_ in in_order(template["Resources"]):
        if id_ in actions["Add"]:
            _ = stack[id_]
        elif id_ in actions["Modify"]:
            resource = template["Resources"][id_]
            stack._parsed_resources[id_] = parse_and_update_resource(
                id_, resource, stack, stack._account_id, stack._region_name
            )
    for id_ in actions["Remove"]:
        if before[id_].get("DeletionPolicy") == RETAIN:
            stack._parsed_resources.pop(id_, None)
    _deleted(stack, {id_: before[id_] for id_ in in_order(before) if id_ in actions["Remove"]})
    for id_ in actions["Remove"]:
        stack._parsed_resources.pop(id_, None)


def _delete(stack: t.Any) -> None:
    resources = stack._resource_json_map
    wanted = {id_: resources[id_] for id_ in in_order(resources) if resources[id_].get("DeletionPolicy") != RETAIN}
    if failures := _deleted(stack, wanted):
        raise next(iter(failures.values()))


def _deleted(stack: t.Any, resources: Resources) -> dict[str, Exception]:
    """Delete resources, given in order, but for those that another one needs which AWS does not delete; return these."""
    from moto.core.exceptions import ServiceException
    from werkzeug.exceptions import HTTPException

    failures: dict[str, Exception] = {}
    kept: set[str] = set()
    for id_ in reversed(list(resources)):
        made = stack._parsed_resources.get(id_)
        if made is None or id_ in kept:
            continue
        try:
            stack._delete_resource(made, resources[id_])
        except (ServiceException, HTTPException) as error:
            failures[id_] = error
            kept.update(needs(resources[id_], resources))
        else:
            stack._parsed_resources.pop(id_)
    return failures


def _keeping_failed(delete_stack: Callable[..., None]) -> Callable[..., None]:
    """Have a stack whose deletion fails stay, as DELETE_FAILED, to be deleted once more."""

    def wrapped(backend: t.Any, name_or_stack_id: str) -> None:
        from moto.core.exceptions import ServiceException
        from werkzeug.exceptions import HTTPException

        found = [stack for stack in backend.stacks.values() if name_or_stack_id in (stack.name, stack.stack_id)]
        try:
            delete_stack(backend, name_or_stack_id)
        except (ServiceException, HTTPException) as error:
            for stack in found:
                backend.stacks[stack.stack_id] = stack
                stack.status = "DELETE_FAILED"
                stack._add_stack_event("DELETE_FAILED", resource_status_reason=str(error))

    return wrapped
