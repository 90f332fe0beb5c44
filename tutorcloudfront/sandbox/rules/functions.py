"""CloudFront Functions.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions
"""

from __future__ import annotations

from tutorcloudfront.sandbox.configs import Config
from tutorcloudfront.sandbox.refusal import invalid_if, refuse_if
from tutorcloudfront.sandbox.rules.common import check_comment, check_name

MAX_FUNCTIONS = 100
MAX_NAME = 64
MAX_CODE = 10 * 1024


def check_name_of_function(name: str) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateFunction.html"""
    check_name(name, MAX_NAME)


def check_function(config: Config, code: bytes) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_FunctionConfig.html"""
    check_comment(config["Comment"])
    invalid_if(not code, "The parameter FunctionCode is required.")
    refuse_if(
        len(code) > MAX_CODE, "FunctionSizeLimitExceeded", f"The function is too large: at most {MAX_CODE} bytes."
    )
