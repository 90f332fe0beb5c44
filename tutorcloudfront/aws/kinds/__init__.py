"""The kinds of AWS resources that this plugin makes; a further one is added here."""

from __future__ import annotations

from tutorcloudfront.aws.kinds.base import Existing, Kind
from tutorcloudfront.aws.kinds.distribution import DISTRIBUTION
from tutorcloudfront.aws.kinds.function import FUNCTION
from tutorcloudfront.aws.kinds.policies import CACHE_POLICY, ORIGIN_REQUEST_POLICY, RESPONSE_HEADERS_POLICY

__all__ = ["KINDS", "Existing", "Kind"]

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (CACHE_POLICY, ORIGIN_REQUEST_POLICY, RESPONSE_HEADERS_POLICY, FUNCTION, DISTRIBUTION)
}
