"""How long CloudFront is asked again to take what it does not know yet."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta, timezone
from unittest import mock

import pytest

from tutorcloudfront.aws import newcomers
from tutorcloudfront.aws.errors import AwsError

CONFIG = {"ViewerCertificate": {"ACMCertificateArn": "arn"}}
UNKNOWN = AwsError("refused", "InvalidViewerCertificate", aws_message="The certificate doesn't exist.")
NOT_COVERED = AwsError("refused", "InvalidViewerCertificate", aws_message="The certificate must cover the alias.")
PENDING = AwsError("refused", newcomers.PENDING, aws_message="The function must be in an Active state.")
ANOTHER = AwsError("refused", newcomers.PENDING, aws_message="The function has too much memory.")


@pytest.mark.parametrize(
    ("age", "error", "calls"),
    [
        pytest.param(timedelta(minutes=1), UNKNOWN, 2, id="a certificate of a minute ago"),
        pytest.param(timedelta(minutes=4), UNKNOWN, 1, id="a certificate of four minutes ago"),
        pytest.param(timedelta(minutes=1), NOT_COVERED, 1, id="a certificate that does not cover"),
        pytest.param(timedelta(days=1), PENDING, 2, id="a function that Lambda is not done with"),
        pytest.param(timedelta(minutes=1), ANOTHER, 1, id="a function that CloudFront does not take"),
    ],
)
def test_what_is_refused_is_tried_again_only_where_time_mends_it(
    monkeypatch: pytest.MonkeyPatch, age: timedelta, error: AwsError, calls: int
) -> None:
    monkeypatch.setattr("tutorcloudfront.aws.patience.FIRST_PAUSE", 0)
    aws = mock.Mock()
    aws.call.return_value = {"Certificate": {"IssuedAt": datetime.now(timezone.utc) - age}}
    call = mock.Mock(side_effect=[error, "taken"])

    def attempt() -> t.Any:
        return newcomers.while_something_is_new(aws, CONFIG, call)

    if calls == 1:
        with pytest.raises(AwsError):
            attempt()
    else:
        assert attempt() == "taken"
    assert call.call_count == calls
