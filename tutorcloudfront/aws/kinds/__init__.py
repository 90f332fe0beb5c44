"""The kinds of AWS resources that this plugin makes; a further one is added here."""

from __future__ import annotations

from tutorcloudfront.aws.kinds.base import Existing, Kind
from tutorcloudfront.aws.kinds.bucket_policy import BUCKET_POLICY
from tutorcloudfront.aws.kinds.distribution import DISTRIBUTION
from tutorcloudfront.aws.kinds.function import FUNCTION
from tutorcloudfront.aws.kinds.lambda_function import LAMBDA_FUNCTION
from tutorcloudfront.aws.kinds.policies import CACHE_POLICY, ORIGIN_REQUEST_POLICY, RESPONSE_HEADERS_POLICY
from tutorcloudfront.aws.kinds.role import ROLE
from tutorcloudfront.aws.kinds.secret import SECRET
from tutorcloudfront.aws.kinds.signing import KEY_GROUP, ORIGIN_ACCESS_CONTROL, PUBLIC_KEY

__all__ = ["KINDS", "Existing", "Kind"]

#: By name, each after those that it can need.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        SECRET,
        PUBLIC_KEY,
        KEY_GROUP,
        ROLE,
        LAMBDA_FUNCTION,
        CACHE_POLICY,
        ORIGIN_REQUEST_POLICY,
        RESPONSE_HEADERS_POLICY,
        FUNCTION,
        ORIGIN_ACCESS_CONTROL,
        DISTRIBUTION,
        BUCKET_POLICY,
    )
}
