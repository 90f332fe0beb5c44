"""Sites → distributions."""

from __future__ import annotations

from tutorcloudfront.naming import MAX_COMMENT_LENGTH, shortened
from tutorcloudfront.resources.edge import associations
from tutorcloudfront.resources.resource import Config, Resource
from tutorcloudfront.resources.shared import ORIGIN_ACCESS, comment_begin, named, treatment
from tutorcloudfront.resources.tags import features, ownership
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Behavior, Site

#: Newest policy with TLS 1.2 that all current browsers speak:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
MINIMUM_PROTOCOL_VERSION = "TLSv1.2_2021"
ORIGIN_ID = "origin"
METHODS = {
    "read": ["GET", "HEAD", "OPTIONS"],
    "all": ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
}


def caller_reference(prefix: str, site: str) -> str:
    """Return the key by which CloudFront makes a distribution once only, whoever asks and how often.

    https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
    """
    return f"tutor-contrib-cloudfront/{prefix}/{site}"


def comment(prefix: str, site: str) -> str:
    """Return what the console and AWS's lists show of a distribution, by which it is recognised there."""
    return shortened(f"{comment_begin(prefix)}{site}", MAX_COMMENT_LENGTH)


def distribution(site: Site, settings: Settings) -> Resource:
    """Return the distribution of a site.

    Fields: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
    """
    prefix = settings.resource_prefix
    config = {
        "CallerReference": caller_reference(prefix, site.name),
        "Comment": comment(prefix, site.name),
        "Enabled": True,
        "Aliases": {"Items": list(site.aliases)},
        "Origins": {"Items": [_origin(site, settings)]},
        "DefaultCacheBehavior": _behavior(site.default, site, settings),
        "CacheBehaviors": {
            "Items": [{"PathPattern": item.path, **_behavior(item, site, settings)} for item in site.behaviors]
        },
        "ViewerCertificate": _viewer_certificate(site),
        "PriceClass": settings.price_class,
        "WebACLId": settings.web_acl_arn,
        "HttpVersion": "http2and3",
        "IsIPV6Enabled": True,
    }
    return Resource("distribution", site.name, config, tags={**ownership(settings, site.name), **features(settings)})


def _origin(site: Site, settings: Settings) -> Config:
    # The viewer's Host is not forwarded: the platform's web server finds its site by the origin's name.
    common = {"Id": ORIGIN_ID, "DomainName": site.origin, "OriginPath": "", "CustomHeaders": {"Items": []}}
    return {**common, **(_bucket(settings) if site.bucket else _web_server(site))}


def _bucket(settings: Settings) -> Config:
    return {
        "CustomOriginConfig": None,
        # The empty identity says that there is none of the old kind.
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": named(ORIGIN_ACCESS, settings),
    }


def _web_server(site: Site) -> Config:
    return {
        "S3OriginConfig": None,
        "OriginAccessControlId": "",
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only" if site.origin_https else "http-only",
            "OriginSslProtocols": {"Items": ["TLSv1.2"]},
            "OriginReadTimeout": 30,
            "OriginKeepaliveTimeout": 5,
        },
    }


def _behavior(behavior: Behavior, site: Site, settings: Settings) -> Config:
    return {
        "TargetOriginId": ORIGIN_ID,
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": {"Items": METHODS[site.methods], "CachedMethods": {"Items": ["GET", "HEAD"]}},
        "Compress": True,
        "SmoothStreaming": False,
        "FieldLevelEncryptionId": "",
        "TrustedSigners": {"Enabled": False, "Items": []},
        "LambdaFunctionAssociations": {"Items": associations(behavior, site, settings)},
        # CloudFront takes either these old fields or a cache policy.
        "ForwardedValues": None,
        "MinTTL": None,
        "DefaultTTL": None,
        "MaxTTL": None,
        **treatment(behavior, site, settings).config,
    }


def _viewer_certificate(site: Site) -> Config:
    if not site.aliases:
        return {"CloudFrontDefaultCertificate": True}
    return {
        "ACMCertificateArn": site.certificate_arn,
        # Never a dedicated IP address, which costs hundreds of dollars a month.
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": MINIMUM_PROTOCOL_VERSION,
    }
