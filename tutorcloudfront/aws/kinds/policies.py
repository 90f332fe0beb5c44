"""Policies: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/working-with-policies.html"""

from __future__ import annotations

from tutorcloudfront.aws.kinds.base import Kind

CACHE_POLICY = Kind("CachePolicy", "ListCachePolicies", {"Type": "custom"})
ORIGIN_REQUEST_POLICY = Kind("OriginRequestPolicy", "ListOriginRequestPolicies", {"Type": "custom"})
RESPONSE_HEADERS_POLICY = Kind("ResponseHeadersPolicy", "ListResponseHeadersPolicies", {"Type": "custom"})
