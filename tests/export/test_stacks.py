"""The template deployed, by plain boto3 and the sandbox's CloudFormation."""

from __future__ import annotations

import json
import typing as t

import pytest
from botocore.exceptions import ClientError

from tests.export.conftest import document_of
from tests.export.stacks import STACK, deploy, export, outputs
from tests.support.platform import Platform
from tests.support.sandbox import Aws
from tests.support.settings import extra_domain

LONG = f"{'e' * 60}.learn.example.com"
HOSTS = ["*.example.com", "*.learn.example.com", "*.other.example.org", "*.example.org", f"*.{LONG}"]
POLICIES = {
    "CachePolicyId": ("list_cache_policies", "CachePolicy"),
    "OriginRequestPolicyId": ("list_origin_request_policies", "OriginRequestPolicy"),
}


def held(aws: Aws) -> dict[str, t.Any]:
    """Return all that the account holds, with names in place of ids, which differ from account to account."""
    client = aws("cloudfront")
    names: dict[str, str] = {}
    policies = {}
    for operation, kind in POLICIES.values():
        for item in getattr(client, operation)(Type="custom")[f"{kind}List"].get("Items", []):
            config = item[kind][f"{kind}Config"]
            names[item[kind]["Id"]] = config["Name"]
            policies[f"{kind} {config['Name']}"] = config
    distributions = {}
    for item in client.list_distributions()["DistributionList"].get("Items", []):
        config = client.get_distribution_config(Id=item["Id"])["DistributionConfig"]
        assert config.pop("CallerReference")
        names[item["Id"]] = config["Comment"]
        distributions[config["Comment"]] = {"config": config, "tags": tags(client, item["ARN"]), **beside(aws, item)}
    functions = {
        item["Name"]: {
            "config": item["FunctionConfig"],
            "code": client.get_function(Name=item["Name"], Stage="LIVE")["FunctionCode"].read(),
            "tags": tags(client, item["FunctionMetadata"]["FunctionARN"]),
        }
        for item in client.list_functions(Stage="LIVE")["FunctionList"].get("Items", [])
    }
    text = repr({"distributions": distributions, "policies": policies, "functions": functions})
    for id_, name in names.items():
        text = text.replace(id_, name)
    return t.cast("dict[str, t.Any]", eval(text))


def tags(client: t.Any, arn: str) -> dict[str, str]:
    return {item["Key"]: item["Value"] for item in client.list_tags_for_resource(Resource=arn)["Tags"]["Items"]}


def beside(aws: Aws, distribution: t.Any) -> dict[str, t.Any]:
    """Return the metrics and the logs of a distribution."""
    try:
        metrics = aws("cloudfront").get_monitoring_subscription(DistributionId=distribution["Id"])
    except ClientError as error:
        metrics = {"MonitoringSubscription": error.response["Error"]["Code"]}
    deliveries = aws("logs").describe_deliveries()["deliveries"]
    (logs,) = [each for each in deliveries if each["deliverySourceName"].endswith(distribution["Id"])] or [{}]
    destinations = aws("logs").describe_delivery_destinations()["deliveryDestinations"]
    buckets = {each["arn"]: each["deliveryDestinationConfiguration"] for each in destinations}
    return {
        "metrics": metrics["MonitoringSubscription"],
        "logs": (logs.get("s3DeliveryConfiguration"), buckets.get(logs.get("deliveryDestinationArn"))),
    }


def reset(platform: Platform) -> None:
    """Make the account an empty one with what every account here has."""
    platform.sandbox.reset()
    platform.sandbox.add_certificate(platform.certificate, HOSTS)
    platform.sandbox.add_web_acl(web_acl(platform))
    platform.aws("s3").create_bucket(Bucket="acme.logs")


def web_acl(platform: Platform) -> str:
    id_ = "12345678-90ab-cdef-1234-567890abcdef"
    return f"arn:aws:wafv2:us-east-1:{platform.sandbox.account}:global/webacl/guard/{id_}"


def shapes(platform: Platform) -> dict[str, dict[str, t.Any]]:
    certificate = {"CLOUDFRONT_CERTIFICATE_ARN": platform.certificate}
    return {
        "plain": {},
        "aliases": {**certificate, "CLOUDFRONT_LMS_ALIAS": "cdn.example.com"},
        "one origin": {
            **certificate,
            "CLOUDFRONT_CMS_DOMAIN": "learn.example.com",
            "CLOUDFRONT_LMS_ALIAS": "cdn.example.com",
            "CLOUDFRONT_CMS_ALIAS": "cdn-studio.example.com",
        },
        "all there is": {
            **certificate,
            "CLOUDFRONT_EXTRA_DOMAINS": [
                platform.extra_domain(),
                platform.extra_domain("docs.example.com"),
                platform.extra_domain(LONG, alias="origin-docs.example.com"),
                platform.extra_domain(f"shortened.{LONG}", alias="origin-docs.example.com"),
            ],
            "CLOUDFRONT_WEB_ACL_ARN": web_acl(platform),
            "CLOUDFRONT_TAGS": {"team": "ops"},
            "CLOUDFRONT_PRICE_CLASS": "PriceClass_100",
            "CLOUDFRONT_CACHE_CONFIG": {"max_ttl": 0},
            "CLOUDFRONT_COURSE_ASSETS": True,
            "CLOUDFRONT_LOG_BUCKET": "acme.logs",
            "CLOUDFRONT_REALTIME_METRICS": True,
            "ENABLE_HTTPS": False,
        },
    }


@pytest.mark.parametrize("shape", ["plain", "aliases", "one origin", "all there is"])
def test_a_stack_holds_what_the_command_makes_and_the_command_finds_nothing_to_do(
    platform: Platform, shape: str
) -> None:
    platform.project.set(**shapes(platform)[shape])
    reset(platform)
    deploy(platform, export(platform))
    by_stack = held(platform.aws)
    platform.put_in_front()
    platform.run("plan", status=0)
    platform.create()
    assert platform.recorder.writes == []
    saved = platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"]
    found = {item["DomainName"] for item in platform.distributions()}
    assert {item["domain_name"] for item in saved.values()} == found

    reset(platform)
    platform.project.unset("CLOUDFRONT_DISTRIBUTIONS")
    platform.create()

    assert by_stack == held(platform.aws)
    assert len(by_stack["distributions"]) == len(found)


def test_json_deploys_as_yaml_does(platform: Platform) -> None:
    deploy(platform, export(platform))
    by_yaml = held(platform.aws)
    reset(platform)
    deploy(platform, export(platform, "--format", "json"))
    assert held(platform.aws) == by_yaml


def test_a_template_of_one_platform_makes_another_one_by_its_parameters(platform: Platform) -> None:
    reset(platform)
    platform.project.set(CLOUDFRONT_CERTIFICATE_ARN=platform.certificate)
    body = export(platform)
    outputs = deploy(
        platform,
        body,
        Prefix="other",
        LmsOrigin="other.example.org",
        LmsAlias="cdn.example.org",
        CmsOrigin="studio.other.example.org",
        AppsLearnExampleComDomain="apps.other.example.org",
        AppsLearnExampleComOrigin="origin.example.org",
    )
    assert (outputs["LmsHost"], outputs["AppsLearnExampleComHost"]) == ("cdn.example.org", "apps.other.example.org")
    assert outputs["CmsHost"] == outputs["CmsDomainName"]
    by_stack = held(platform.aws)
    platform.project.set(
        LMS_HOST="other.example.org",
        CMS_HOST="studio.other.example.org",
        MFE_HOST="apps.other.example.org",
        CLOUDFRONT_RESOURCE_PREFIX="other",
        CLOUDFRONT_LMS_ALIAS="cdn.example.org",
        CLOUDFRONT_EXTRA_DOMAINS=[platform.extra_domain("apps.other.example.org", alias="origin.example.org")],
    )
    platform.run("plan", status=0)

    reset(platform)
    platform.create()

    assert by_stack == held(platform.aws)


def test_outputs_are_those_of_the_distributions(platform: Platform) -> None:
    found = deploy(platform, export(platform))
    by_comment = {item["Comment"].split(": ")[1]: item for item in platform.distributions()}
    assert found["LmsDistributionId"] == by_comment["lms"]["Id"]
    assert found["CmsHost"] == found["CmsDomainName"] == by_comment["cms"]["DomainName"]


def test_parameters_can_be_changed_later(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_CERTIFICATE_ARN=platform.certificate)
    body = export(platform)
    before = deploy(platform, body)
    new = {"LmsAlias": "cdn.example.com", "AppsLearnExampleComDomain": "docs.example.com"}
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in new.items()]
    platform.aws("cloudformation").update_stack(StackName=STACK, TemplateBody=body, Parameters=parameters)
    after = outputs(platform)
    assert after == {**before, "LmsHost": "cdn.example.com", "AppsLearnExampleComHost": "docs.example.com"}
    site = platform.extra_domain("docs.example.com", alias="origin-apps.learn.example.com")
    arns = {item["Comment"].split(": ")[1]: item["ARN"] for item in platform.distributions()}
    assert tags(platform.aws("cloudfront"), arns["docs.example.com"])["tutor-cloudfront:name"] == "docs.example.com"
    # Paths of the micro-frontends are part of what was exported.
    platform.project.set(
        MFE_HOST="docs.example.com", CLOUDFRONT_LMS_ALIAS="cdn.example.com", CLOUDFRONT_EXTRA_DOMAINS=[site]
    )
    platform.run("plan", status=0)


def test_a_deleted_stack_leaves_nothing(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_LOG_BUCKET="acme.logs", CLOUDFRONT_REALTIME_METRICS=True)
    reset(platform)
    deploy(platform, export(platform))
    platform.aws("cloudformation").delete_stack(StackName=STACK)
    assert held(platform.aws) == {"distributions": {}, "policies": {}, "functions": {}}
    for kind in ("deliveries", "delivery_sources", "delivery_destinations"):
        answer = getattr(platform.aws("logs"), f"describe_{kind}")()
        assert [value for key, value in answer.items() if key != "ResponseMetadata"] == [[]]


def refused(aws: Aws, document: t.Any) -> str:
    with pytest.raises(ClientError) as error:
        aws("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(document))
    return str(error.value)


def test_a_stack_is_refused_what_everyone_is_refused(aws: Aws) -> None:
    document = document_of(EXTRA_DOMAINS=[extra_domain()])
    assert "InvalidViewerCertificate" in refused(aws, document)


def test_a_stack_is_refused_a_property_that_there_is_not(aws: Aws) -> None:
    document = document_of()
    document["Resources"]["LmsDistribution"]["Properties"]["DistributionConfig"]["Quantity"] = 1
    assert "extraneous key [Quantity] is not permitted" in refused(aws, document)
