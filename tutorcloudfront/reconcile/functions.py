"""Functions at the edge, of which the list may be behind."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tutorcloudfront.aws.client import PARALLEL, Aws
from tutorcloudfront.aws.kinds.lambda_function import LAMBDA_FUNCTION
from tutorcloudfront.reconcile.inventory import Inventory
from tutorcloudfront.resources.resource import Resource


def with_functions_as_they_are(aws: Aws, inventory: Inventory, desired: Sequence[Resource], prefix: str) -> Inventory:
    """Return the inventory with a closer look at functions that would be made or changed, since tags lag behind.

    Those of a stack are among them: their tags do not say which version is the last.

    Raises:
        AwsError: AWS could not be asked.
    """
    doubtful = [
        resource
        for resource in desired
        if resource.kind == LAMBDA_FUNCTION.name
        and ((known := inventory.existing.get(resource.ref)) is None or LAMBDA_FUNCTION.differences(resource, known))
    ]
    with ThreadPoolExecutor(PARALLEL) as pool:
        found = list(pool.map(lambda resource: LAMBDA_FUNCTION.look_up(aws, resource.name, prefix), doubtful))
    existing = {item.ref: item for item in found if item and LAMBDA_FUNCTION.is_ours(item, prefix)}
    return replace(inventory, existing={**inventory.existing, **existing})
