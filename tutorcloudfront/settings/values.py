"""What one value may be, each rule with its own message."""

from __future__ import annotations

import re
import typing as t
import unicodedata

from pydantic import AfterValidator, BeforeValidator, SecretStr

from tutorcloudfront.naming import MAX_PREFIX_LENGTH, prefix_of_host
from tutorcloudfront.settings.errors import quoted
from tutorcloudfront.settings.hosts import host_name, host_or_empty, viewer_host

#: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html (MaxTTL: 100 years)
MAX_TTL = 3_153_600_000
#: AWS allows 50 tags: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
#: The rest is for this plugin's own.
MAX_TAGS = 40
MAX_TAG_KEY_LENGTH = 128
MAX_TAG_VALUE_LENGTH = 256
#: Begins the keys of the tags by which the plugin knows its own resources.
OWN_TAGS = "tutor-cloudfront:"

EXAMPLE_CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-90ab-cdef-1234-567890abcdef"
EXAMPLE_WEB_ACL = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/NAME/12345678-90ab-cdef-1234-567890abcdef"
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def text(value: object) -> object:
    """Return text without the blanks around it, and empty text for a setting that nothing was written behind."""
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else value


def access_key_id(value: str) -> str:
    """Return an access key id; nothing is quoted here, since it may be the secret in the wrong place."""
    if not re.fullmatch(r"[A-Za-z0-9_]*", value):
        raise ValueError("may have only letters and digits; is it the secret key that stands here?")
    return value


def region(value: str) -> str:
    """Return the name of an AWS region: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html"""
    if not re.fullmatch(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}", value):
        raise ValueError(f"must be an AWS region such as 'us-east-1', not {quoted(value)}")
    if re.match(r"cn-|us-gov-|us-iso|eu-iso|eusc-", value):
        raise ValueError(
            f"must be a region of AWS's main partition such as 'us-east-1': {quoted(value)} is in another one"
        )
    return value


def certificate_arn(value: str) -> str:
    """Return "" or the ARN of an ACM certificate that CloudFront can use.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
    """
    if not value:
        return ""
    _refuse_other_partitions(value)
    found = re.fullmatch(rf"arn:aws:acm:([a-z0-9-]+):[0-9]{{12}}:certificate/({UUID}|mrk-[0-9a-f]{{32}})", value)
    if not found:
        raise ValueError(f"must be the ARN of an ACM certificate such as '{EXAMPLE_CERTIFICATE}', not {quoted(value)}")
    if found[1] != "us-east-1":
        raise ValueError("must be in us-east-1, where CloudFront looks for certificates")
    return value


def web_acl_arn(value: str) -> str:
    """Return "" or the ARN of a web ACL of scope CLOUDFRONT.

    https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html
    """
    if not value:
        return ""
    _refuse_other_partitions(value)
    if re.fullmatch(UUID, value) or re.match(r"arn:aws:waf(-regional)?:", value):
        raise ValueError(
            f"must be a web ACL of today's AWS WAF such as '{EXAMPLE_WEB_ACL}': {quoted(value)} is one of AWS WAF Classic"
        )
    if re.match(r"arn:aws:wafv2:[a-z0-9-]+:[0-9]{12}:regional/", value):
        raise ValueError(f"must be a web ACL of scope CLOUDFRONT, made in us-east-1: {quoted(value)} is a regional one")
    if not re.fullmatch(rf"arn:aws:wafv2:us-east-1:[0-9]{{12}}:global/webacl/[A-Za-z0-9_-]{{1,128}}/{UUID}", value):
        raise ValueError(f"must be the ARN of a web ACL such as '{EXAMPLE_WEB_ACL}', not {quoted(value)}")
    return value


def _refuse_other_partitions(arn: str) -> None:
    found = re.match(r"arn:(aws-[a-z-]+):", arn)
    if found:
        raise ValueError(
            f"must begin with 'arn:aws:': {quoted(found[1])} is another AWS partition, which this plugin does not support"
        )


def origin_bucket(value: str) -> str:
    """Return "" or the name of a bucket that CloudFront can fetch from by https.

    S3's certificates are for `*.s3.REGION.amazonaws.com`, so that a dot in a bucket's name leaves it without one:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    if "." in bucket(value):
        raise ValueError(
            f"must be a bucket without a dot in its name, since S3 has no certificate for others, not {quoted(value)}"
        )
    return value


def bucket(value: str) -> str:
    """Return "" or the name of a bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
    if value and not re.fullmatch(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", value):
        raise ValueError(
            f"must be the name of an S3 bucket such as 'acme-cdn-logs', without ARN or URL, not {quoted(value)}"
        )
    return value


def seconds(value: object, *, least: int = 0) -> int:
    """Return a number of seconds; digits in text are good too, since Tutor renders every template to text."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value.strip()):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= MAX_TTL:
        return value
    raise ValueError(f"must be a whole number of seconds from {least} to {MAX_TTL} (100 years), not {quoted(value)}")


def prefix(value: str) -> str:
    """Return a resource prefix that leaves room for what is put behind it."""
    if re.fullmatch(rf"[A-Za-z0-9_-]{{1,{MAX_PREFIX_LENGTH}}}", value):
        return value
    right = prefix_of_host(value) or "learn-example-com"
    raise ValueError(
        f"must be 1 to {MAX_PREFIX_LENGTH} of A-Z, a-z, 0-9, - and _, such as '{right}', not {quoted(value)}"
    )


def lifetime(value: object) -> int:
    """Return how many seconds a signature is good for, which can not be none."""
    return seconds(value, least=1)


def secret_name(value: str) -> str:
    """Return "" or a secret's name: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html"""
    if value.startswith("arn:"):
        raise ValueError(f"must be the name of a secret such as 'learn/cloudfront', not the ARN {quoted(value)}")
    if value and not re.fullmatch(r"[A-Za-z0-9/_+=.@-]{1,512}", value):
        raise ValueError(f"must be the name of a secret such as 'learn/cloudfront', not {quoted(value)}")
    return value


def tag_key(value: str) -> str:
    """Return a tag's key: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Tag.html"""
    if not 1 <= len(value) <= MAX_TAG_KEY_LENGTH:
        raise ValueError(f"must have a key of 1 to {MAX_TAG_KEY_LENGTH} characters, and it has {len(value)}")
    if value.lower().startswith("aws:"):
        raise ValueError("must have a key that does not begin with 'aws:', which AWS keeps for itself")
    if value.startswith(OWN_TAGS):
        raise ValueError(f"must have a key that does not begin with '{OWN_TAGS}', which this plugin sets itself")
    _refuse_other_characters("key", value)
    return value


def tag_text(value: object) -> object:
    """Return the text of a tag's value; numbers, true and false are taken for the text that they were written as."""
    if value is None:
        raise ValueError('must be text, not null: write "" for an empty value')
    if isinstance(value, bool):
        return "true" if value else "false"
    # Python refuses to write out huge integers.
    is_long = isinstance(value, int) and abs(value) > 10**MAX_TAG_VALUE_LENGTH
    return str(value) if isinstance(value, float) or (isinstance(value, int) and not is_long) else value


def tag_value(value: str) -> str:
    """Return a tag's value: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Tag.html"""
    if len(value) > MAX_TAG_VALUE_LENGTH:
        raise ValueError(f"must have a value of at most {MAX_TAG_VALUE_LENGTH} characters, and it has {len(value)}")
    _refuse_other_characters("value", value)
    return value


def _refuse_other_characters(part: str, value: str) -> None:
    for character in value:
        # Letters, blanks and numbers of any script.
        if unicodedata.category(character)[0] not in "LZN" and character not in "_.:/=+-@":
            raise ValueError(
                f"must have only letters, digits, blanks and _ . : / = + - @ in its {part}, not {quoted(character)}"
            )


def tags(value: dict[str, str]) -> dict[str, str]:
    """Return the tags if they are few enough to stand beside this plugin's own."""
    if len(value) > MAX_TAGS:
        raise ValueError(f"must be at most {MAX_TAGS} tags, and they are {len(value)}")
    return value


def _nothing(empty: object) -> BeforeValidator:
    """Take nothing written behind a setting, as when all below it is commented out, for an empty list or mapping."""
    return BeforeValidator(lambda value: empty if value is None else value)


def _key_id(value: str) -> str:
    if not re.fullmatch(r"(K[A-Z0-9]+)?", value):
        raise ValueError(f"must be the id of a CloudFront public key such as 'K1ABCDEFGHIJKL', not {quoted(value)}")
    return value


def _id(value: str) -> str:
    if not re.fullmatch(r"[A-Z0-9]+", value):
        raise ValueError(f"must be the id of a distribution such as 'E1ABCDEFGHIJKL', not {quoted(value)}")
    return value


def service_name(value: str) -> str:
    """Return "" or the name that a service of AWS's has in signatures.

    https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
    """
    if not re.fullmatch(r"[a-z0-9-]*", value):
        raise ValueError(
            f"must be the name that an AWS service has in ARNs, such as 'medical-imaging', not {quoted(value)}"
        )
    return value


def name(value: str) -> str:
    """Return text that says something."""
    if not value:
        raise ValueError("must not be empty")
    return value


def names(value: object) -> object:
    """Return a list for one name that stands alone, and an empty one for nothing."""
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, str) else value


EMPTY_LIST = _nothing(())
EMPTY_MAPPING = _nothing({})

Text = t.Annotated[str, BeforeValidator(text)]
Secret = t.Annotated[SecretStr, BeforeValidator(text)]
AccessKeyId = t.Annotated[Text, AfterValidator(access_key_id)]
Region = t.Annotated[Text, AfterValidator(region)]
RegionOrEmpty = t.Annotated[Text, AfterValidator(lambda value: region(value) if value else "")]
LowerText = t.Annotated[Text, AfterValidator(str.lower)]
HostName = t.Annotated[Text, AfterValidator(host_name)]
HostOrEmpty = t.Annotated[Text, AfterValidator(host_or_empty)]
ViewerHost = t.Annotated[Text, AfterValidator(viewer_host)]
CertificateArn = t.Annotated[Text, AfterValidator(certificate_arn)]
WebAclArn = t.Annotated[Text, AfterValidator(web_acl_arn)]
Bucket = t.Annotated[Text, AfterValidator(bucket)]
OriginBucket = t.Annotated[Text, AfterValidator(origin_bucket)]
Seconds = t.Annotated[int, BeforeValidator(seconds)]
PriceClass = t.Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"]
Access = t.Literal["public", "signed", "jwt"]
CacheKey = t.Literal["shared", "token"]
Methods = t.Literal["read", "all"]
SigningAlgorithm = t.Literal["rsa-sha1", "rsa-sha256", "ecdsa-sha256"]
Lifetime = t.Annotated[int, BeforeValidator(lifetime)]
SecretName = t.Annotated[Text, AfterValidator(secret_name)]
Prefix = t.Annotated[Text, AfterValidator(prefix)]
TagKey = t.Annotated[str, AfterValidator(tag_key)]
TagValue = t.Annotated[str, BeforeValidator(tag_text), AfterValidator(tag_value)]
Tags = t.Annotated[dict[TagKey, TagValue], EMPTY_MAPPING, AfterValidator(tags)]
DistributionId = t.Annotated[Text, AfterValidator(_id)]
KeyId = t.Annotated[Text, AfterValidator(_key_id)]
ServiceName = t.Annotated[Text, AfterValidator(service_name)]
Name = t.Annotated[Text, AfterValidator(name)]
Names = t.Annotated[tuple[Name, ...], BeforeValidator(names)]
