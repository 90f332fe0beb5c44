"""Lists, a page at a time."""

from __future__ import annotations

import typing as t

from tutorcloudfront.sandbox.refusal import invalid_if

#: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributions.html
PAGE = 100


def page(request: dict[str, t.Any], found: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the page of `found`, by id, that a request asks for.

    In the order of the ids, a page goes on after the last one of the page before, whatever was added or deleted
    meanwhile. AWS promises no order either. An empty list has no Items, and only some lists have IsTruncated.
    """
    limit = _limit(request.get("MaxItems"))
    marker = request.get("Marker") or ""
    ids = sorted(id_ for id_ in found if id_ > marker)
    shown, more = ids[:limit], len(ids) > limit
    answer: dict[str, t.Any] = {"Marker": marker, "MaxItems": limit, "IsTruncated": more, "Quantity": len(shown)}
    if shown:
        answer["Items"] = [found[id_] for id_ in shown]
    if more:
        answer["NextMarker"] = shown[-1]
    return answer


def _limit(wanted: str | None) -> int:
    if wanted is None:
        return PAGE
    invalid_if(not wanted.isdigit() or int(wanted) < 1, "The parameter MaxItems is not valid.")
    return min(int(wanted), PAGE)
