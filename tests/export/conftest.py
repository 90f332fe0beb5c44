"""What is exported: settings of many shapes, and a platform whose export is deployed."""

from __future__ import annotations

import typing as t

from tests.edge_functions.tokens import jwk, private_key
from tests.support.settings import CERTIFICATE, extra_domain, settings_of
from tutorcloudfront.export.cloudformation import Document, template
from tutorcloudfront.signing import keys
from tutorcloudfront.sites import sites_of

WEB_ACL = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/guard/12345678-90ab-cdef-1234-567890abcdef"
OTHER_CERTIFICATE = CERTIFICATE.replace("12345678-", "87654321-")

JWT = {"issuer": "https://id.example.com", "audience": "viewer", "jwks": {"keys": [jwk(private_key())]}}
IMAGES = {"domain": "images.example.com", "service": "medical-imaging", "access": "jwt", "certificate_arn": CERTIFICATE}

#: Settings that lead to templates of different shapes.
SHAPES: dict[str, dict[str, t.Any]] = {
    "plain": {},
    "an extra domain": {"EXTRA_DOMAINS": [extra_domain()]},
    "aliases": {"LMS_ALIAS": "cdn.example.com", "CMS_ALIAS": "cms.example.com", "CERTIFICATE_ARN": CERTIFICATE},
    "an alias for one": {"LMS_ALIAS": "cdn.example.com", "CERTIFICATE_ARN": CERTIFICATE},
    "one site with two aliases": {
        "CMS_DOMAIN": "learn.example.com",
        "LMS_ALIAS": "cdn.example.com",
        "CMS_ALIAS": "cms.example.com",
        "CERTIFICATE_ARN": CERTIFICATE,
    },
    "certificates of sites": {
        "CERTIFICATE_ARN": CERTIFICATE,
        "EXTRA_DOMAINS": [
            extra_domain(certificate_arn=""),
            extra_domain("docs.example.com", certificate_arn=OTHER_CERTIFICATE),
        ],
    },
    "all there is": {
        "CERTIFICATE_ARN": CERTIFICATE,
        "EXTRA_DOMAINS": [extra_domain(), extra_domain("docs.example.com")],
        "WEB_ACL_ARN": WEB_ACL,
        "TAGS": {"team": "ops", "cost": "12"},
        "LOG_BUCKET": "acme.logs",
        "REALTIME_METRICS": True,
    },
    "course assets": {"COURSE_ASSETS": True},
    "private files": {
        "CERTIFICATE_ARN": CERTIFICATE,
        "EXTRA_DOMAINS": [
            extra_domain("files.learn.example.com", access="signed"),
            {"domain": "media.learn.example.com", "bucket": "acme-media", "access": "signed"},
            {"domain": "open.learn.example.com", "bucket": "acme-open", "bucket_region": "eu-west-1"},
        ],
        "SIGNING_KEYS": [{"private_key": keys.generate("rsa-sha1")}, {"private_key": keys.generate("ecdsa-sha256")}],
        "SIGNING_SECRET": "acme/cloudfront",
    },
    "guarded at the edge": {
        "CERTIFICATE_ARN": CERTIFICATE,
        "JWT": JWT,
        "EXTRA_DOMAINS": [
            IMAGES,
            extra_domain("files.example.com", access="jwt", cache_key="token"),
            extra_domain("media.example.com", access="signed"),
        ],
        "SIGNING_KEYS": [{"private_key": keys.generate("rsa-sha1")}],
        "TAGS": {"team": "ops"},
    },
    "nothing cached": {"CACHE_CONFIG": {"max_ttl": 0}},
    "a very long domain": {"EXTRA_DOMAINS": [extra_domain(f"{'a' * 50}.{'b' * 60}.example.com")]},
    "a hundred sites more": {"EXTRA_DOMAINS": [extra_domain(f"s{number}.example.com") for number in range(100)]},
}


def document_of(**values: t.Any) -> Document:
    settings = settings_of(**values)
    return template(settings, sites_of(settings)).document
