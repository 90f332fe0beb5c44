"""What counts as a difference between a desired configuration and AWS's, and what is sent to mend it."""

from __future__ import annotations

import typing as t

import pytest

from tutorcloudfront.resources.differences import Difference, differences, merged


@pytest.mark.parametrize(
    ("desired", "actual"),
    [
        pytest.param({"Comment": "a"}, {"Comment": "a", "Added": 1}, id="a field that AWS added"),
        pytest.param({"Items": ["GET", "HEAD"]}, {"Items": ["HEAD", "GET"]}, id="the order of words"),
        pytest.param({"WebACLId": ""}, {}, id="an empty value that AWS leaves out"),
        pytest.param({"MinTTL": None}, {"Other": 1}, id="a field that must be absent and is"),
        pytest.param({"MinTTL": None}, {"MinTTL": ""}, id="a field that must be absent and is empty"),
        pytest.param(
            {"Origins": {"Items": [{"Id": "a"}, {"Id": "b"}]}},
            {"Origins": {"Items": [{"Id": "b"}, {"Id": "a", "OriginPath": ""}]}},
            id="the order of origins",
        ),
        pytest.param(
            {"ViewerCertificate": {"CloudFrontDefaultCertificate": True}},
            {"ViewerCertificate": {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1"}},
            id="the TLS version that goes with the default certificate",
        ),
    ],
)
def test_no_difference_is_made_of(desired: t.Any, actual: t.Any) -> None:
    assert differences(desired, actual) == []


@pytest.mark.parametrize(
    ("desired", "actual", "path", "old", "new"),
    [
        pytest.param({"DefaultTTL": 300}, {"DefaultTTL": 60}, "DefaultTTL", 60, 300, id="another value"),
        pytest.param({"Enabled": True}, {"Enabled": False}, "Enabled", False, True, id="a switch"),
        pytest.param({"MinTTL": 0}, {}, "MinTTL", None, 0, id="zero is not absent"),
        pytest.param({"MinTTL": None}, {"MinTTL": 0}, "MinTTL", 0, None, id="a field to take away"),
        pytest.param(
            {"Aliases": {"Items": []}}, {"Aliases": {"Items": ["a"]}}, "Aliases", ["a"], [], id="one too many"
        ),
        pytest.param({"Aliases": {"Items": ["a"]}}, {"Aliases": {"Items": []}}, "Aliases", [], ["a"], id="one missing"),
        pytest.param(
            {"CacheBehaviors": {"Items": [{"PathPattern": "/s/*", "Compress": True}]}},
            {"CacheBehaviors": {"Items": [{"PathPattern": "/s/*", "Compress": False}]}},
            "CacheBehaviors[/s/*].Compress",
            False,
            True,
            id="a field deep inside",
        ),
        pytest.param(
            {"CacheBehaviors": {"Items": []}},
            {"CacheBehaviors": {"Items": [{"PathPattern": "/*"}]}},
            "CacheBehaviors[/*]",
            {"PathPattern": "/*"},
            None,
            id="a behavior that somebody added",
        ),
        pytest.param(
            {"CacheBehaviors": {"Items": [{"PathPattern": "/a"}, {"PathPattern": "/b"}]}},
            {"CacheBehaviors": {"Items": [{"PathPattern": "/b"}, {"PathPattern": "/a"}]}},
            "CacheBehaviors (order)",
            ["/b", "/a"],
            ["/a", "/b"],
            id="the order of behaviors, of which the first that matches wins",
        ),
    ],
)
def test_a_difference_tells_where_it_is_and_both_values(
    desired: t.Any, actual: t.Any, path: str, old: t.Any, new: t.Any
) -> None:
    assert differences(desired, actual) == [Difference(path, old, new)]


def test_what_is_sent_keeps_what_aws_added_and_satisfies_what_is_desired() -> None:
    desired = {
        "Comment": "new",
        "Logging": None,
        "Origins": {"Items": [{"Id": "origin", "DomainName": "new.example.com", "S3OriginConfig": None}]},
        "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
    }
    actual = {
        "Comment": "old",
        "CallerReference": "kept",
        "Logging": {"Enabled": True},
        "Origins": {"Items": [{"Id": "origin", "DomainName": "old", "S3OriginConfig": {}, "ConnectionAttempts": 3}]},
        "ViewerCertificate": {"ACMCertificateArn": "arn", "SSLSupportMethod": "sni-only"},
    }

    sent = merged(desired, actual)

    assert sent == {
        "Comment": "new",
        "CallerReference": "kept",
        "Origins": {"Items": [{"Id": "origin", "DomainName": "new.example.com", "ConnectionAttempts": 3}]},
        "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
    }
    assert differences(desired, sent) == []
