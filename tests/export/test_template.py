"""The template as such: good for CloudFormation, the same every time, with parameters where fleets differ."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml
from cfnlint import api
from cfnlint.config import ManualArgs
from tutor.exceptions import TutorError

from tests.edge_functions.tokens import jwk, private_key
from tests.export.conftest import IMAGES, JWT, OTHER_CERTIFICATE, SHAPES, WEB_ACL, document_of
from tests.support.settings import CERTIFICATE, extra_domain, settings_of
from tutorcloudfront.aws.features import FEATURES
from tutorcloudfront.export import cloudformation
from tutorcloudfront.export.names import stems
from tutorcloudfront.export.text import as_json, as_yaml
from tutorcloudfront.naming import MAX_PREFIX_LENGTH
from tutorcloudfront.resources.distributions import comment
from tutorcloudfront.sites import Behavior, Site, sites_of

#: Told of a template that is long or near to a quota, which is how the platform is.
ABOUT_SIZE = {"I1002", "I1003", "I2010", "I3010", "I6010"}


def defaults(document: t.Any) -> dict[str, str]:
    return {name: parameter["Default"] for name, parameter in document["Parameters"].items()}


def config_of(document: t.Any, logical_id: str) -> t.Any:
    return document["Resources"][logical_id]["Properties"]["DistributionConfig"]


@pytest.mark.parametrize("shape", SHAPES)
def test_cfn_lint_finds_nothing(shape: str) -> None:
    found = api.lint(as_yaml(document_of(**SHAPES[shape])), config=ManualArgs(include_checks=["I"]))
    assert [match for match in found if match.rule.id not in ABOUT_SIZE] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_yaml_and_json_say_the_same(shape: str) -> None:
    document = document_of(**SHAPES[shape])
    assert yaml.safe_load(as_yaml(document)) == json.loads(as_json(document)) == document


def test_yaml_has_no_anchors_and_code_as_it_is() -> None:
    text = as_yaml(document_of(**SHAPES["all there is"]))
    assert "&id" not in text
    assert "\n        function handler() {\n            return {\n" in text


def test_two_processes_write_the_same_bytes() -> None:
    code = (
        "from tests.export.conftest import SHAPES, document_of\n"
        "from tutorcloudfront.export.text import as_yaml\n"
        "print(as_yaml(document_of(**SHAPES['all there is'])))"
    )
    root = Path(__file__).parents[2]
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=root, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] != b""


def test_boto3_is_not_even_imported() -> None:
    code = "import sys, tutorcloudfront.export.cloudformation as m; assert not {'boto3', 'botocore'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True)


def test_parameters_have_the_platforms_values_as_defaults() -> None:
    values: dict[str, t.Any] = {
        "CERTIFICATE_ARN": CERTIFICATE,
        "LMS_ALIAS": "cdn.example.com",
        "EXTRA_DOMAINS": [extra_domain(), extra_domain("docs.example.com", certificate_arn=OTHER_CERTIFICATE)],
        "WEB_ACL_ARN": WEB_ACL,
        "LOG_BUCKET": "acme-logs",
    }
    assert defaults(document_of(**values)) == {
        "Prefix": "learn-example-com",
        "WebAclArn": WEB_ACL,
        "LogBucket": "acme-logs",
        "CertificateArn": CERTIFICATE,
        "LmsOrigin": "learn.example.com",
        "LmsAlias": "cdn.example.com",
        "CmsOrigin": "studio.learn.example.com",
        "CmsAlias": "",
        "AppsLearnExampleComOrigin": "origin-apps.learn.example.com",
        "AppsLearnExampleComDomain": "apps.learn.example.com",
        "DocsExampleComCertificateArn": OTHER_CERTIFICATE,
        "DocsExampleComOrigin": "origin-docs.example.com",
        "DocsExampleComDomain": "docs.example.com",
    }


def test_a_platform_without_certificate_has_no_parameters_for_aliases() -> None:
    document = document_of()
    assert list(defaults(document)) == ["Prefix", "LmsOrigin", "CmsOrigin"]
    assert "Conditions" not in document
    assert config_of(document, "LmsDistribution")["ViewerCertificate"] == {"CloudFrontDefaultCertificate": True}


@pytest.mark.parametrize("shape", SHAPES)
def test_no_value_of_a_parameter_is_left_in_resources(shape: str) -> None:
    values = SHAPES[shape]
    document = document_of(**values)
    resources = json.dumps(document["Resources"])
    long = [value for value in defaults(document).values() if "." in value or ":" in value]
    # A comment that had to be shortened, the sites beyond the parameters and those with functions are as they are.
    if shape not in ("a very long domain", "a hundred sites more", "guarded at the edge"):
        assert [value for value in [*long, '"learn-example-com'] if value in resources] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_every_parameter_and_output_is_described(shape: str) -> None:
    document = document_of(**SHAPES[shape])
    for section in ("Parameters", "Outputs"):
        assert all(item["Description"] for item in document[section].values())


def test_outputs_tell_id_domain_name_and_host_of_each_site() -> None:
    document = document_of(CERTIFICATE_ARN=CERTIFICATE, EXTRA_DOMAINS=[extra_domain("docs.example.com")])
    own: t.Any = {"Fn::GetAtt": ["LmsDistribution", "DomainName"]}
    values = {name: output["Value"] for name, output in document["Outputs"].items()}
    assert [name for name in values if not name.startswith("Cms")] == [
        *("LmsDomainName", "LmsDistributionId", "LmsHost"),
        *("DocsExampleComDomainName", "DocsExampleComDistributionId", "DocsExampleComHost"),
    ]
    assert values["LmsDistributionId"] == {"Ref": "LmsDistribution"}
    assert values["LmsDomainName"] == own
    assert values["LmsHost"] == {"Fn::If": ["LmsHasAlias", {"Ref": "LmsAlias"}, own]}
    assert values["DocsExampleComHost"] == {"Ref": "DocsExampleComDomain"}


def test_the_host_of_a_wildcard_is_cloudfronts_own() -> None:
    document = document_of(EXTRA_DOMAINS=[extra_domain("*.example.com", alias="origin.example.org")])
    own = {"Fn::GetAtt": ["WildcardExampleComDistribution", "DomainName"]}
    assert document["Outputs"]["WildcardExampleComHost"]["Value"] == own


@pytest.mark.parametrize(("room", "kinds"), [(9, 3), (8, 2), (5, 1), (2, 0)])
def test_there_are_as_many_kinds_of_outputs_as_all_sites_have_room_for(
    monkeypatch: pytest.MonkeyPatch, room: int, kinds: int
) -> None:
    monkeypatch.setattr(cloudformation, "MAX_OUTPUTS", room)
    document = document_of(EXTRA_DOMAINS=[extra_domain()])
    assert len(document.get("Outputs", {})) == kinds * 3


def test_sites_beyond_two_hundred_parameters_keep_their_values_and_are_told_of() -> None:
    settings = settings_of(EXTRA_DOMAINS=[extra_domain(f"s{number}.example.com") for number in range(100)])
    made = cloudformation.template(settings, sites_of(settings))
    assert 190 < len(made.document["Parameters"]) <= 200
    assert made.fixed == tuple(f"s{number}.example.com" for number in range(65, 100))
    assert config_of(made.document, "S64ExampleComDistribution")["Aliases"] == [{"Ref": "S64ExampleComDomain"}]
    assert config_of(made.document, "S65ExampleComDistribution")["Aliases"] == ["s65.example.com"]


def test_more_resources_than_cloudformation_takes_are_refused_with_a_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    count = len(document_of()["Resources"])
    monkeypatch.setattr(cloudformation, "MAX_RESOURCES", count)
    assert document_of()
    with pytest.raises(TutorError, match=f"CloudFormation takes {count}: give some of the sites to another Tutor root"):
        document_of(EXTRA_DOMAINS=[extra_domain()])


def test_a_platform_without_sites_is_refused_with_a_mend() -> None:
    with pytest.raises(TutorError, match=r"no sites\. Set CLOUDFRONT_LMS_DOMAIN"):
        document_of(LMS_DOMAIN="", CMS_DOMAIN="")


def test_what_is_shared_is_referred_to() -> None:
    document = document_of(EXTRA_DOMAINS=[extra_domain()])
    lms, mfe = (config_of(document, f"{stem}Distribution") for stem in ("Lms", "AppsLearnExampleCom"))
    refused = {"EventType": "viewer-request", "FunctionARN": {"Fn::GetAtt": ["RefuseFunction", "FunctionARN"]}}
    assert lms["DefaultCacheBehavior"]["FunctionAssociations"] == [refused]
    assert lms["CacheBehaviors"][0]["CachePolicyId"] == {"Ref": "StaticCachePolicy"}
    assert mfe["DefaultCacheBehavior"]["CachePolicyId"] == {"Ref": "OriginCachePolicy"}
    assert mfe["CacheBehaviors"][0]["OriginRequestPolicyId"] == {"Ref": "QueryOriginRequestPolicy"}


def test_lists_are_plain_and_what_is_empty_is_not_said() -> None:
    document = document_of(**SHAPES["all there is"])
    text = json.dumps(document)
    assert not [word for word in ("Quantity", "Items", "CallerReference") if f'"{word}"' in text]
    assert not [nothing for nothing in ("null", '""', "[]") if f": {nothing}" in json.dumps(document["Resources"])]
    behavior = config_of(document, "LmsDistribution")["DefaultCacheBehavior"]
    assert (behavior["AllowedMethods"], behavior["CachedMethods"]) == (["GET", "HEAD", "OPTIONS"], ["GET", "HEAD"])


def test_a_comment_fits_for_whatever_the_parameters_are() -> None:
    longest = "d" * (cloudformation.MAX_NAME_IN_COMMENT - len(".example.com")) + ".example.com"
    document = document_of(EXTRA_DOMAINS=[extra_domain(longest, alias="o.example.com")])
    (domain,) = (item for name, item in document["Parameters"].items() if name.endswith("Domain"))
    assert domain["MaxLength"] == len(longest)
    assert document["Parameters"]["Prefix"]["MaxLength"] == MAX_PREFIX_LENGTH
    text = f"tutor-contrib-cloudfront {'p' * MAX_PREFIX_LENGTH}: {longest}"
    assert len(text) == 128


def test_a_comment_that_had_to_be_shortened_is_as_the_command_makes_it() -> None:
    domain = f"{'a' * 50}.{'b' * 50}.example.com"
    document = document_of(EXTRA_DOMAINS=[extra_domain(domain)])
    (logical_id,) = (name for name in document["Resources"] if name.startswith("Aaa"))
    assert "MaxLength" not in document["Parameters"][logical_id.replace("Distribution", "Domain")]
    assert config_of(document, logical_id)["Comment"] == comment("learn-example-com", domain)


def test_logical_ids_are_told_apart_and_do_not_change_when_a_site_comes_after() -> None:
    names = ["lms", "a-b.example.com", "a.b.example.com", "*.example.com", "é", "x" * 253]
    found = stems(names)
    assert len(set(found.values())) == len(names)
    assert all(stem.isascii() and stem.isalnum() and len(stem) <= 208 for stem in found.values())
    assert (found["lms"], found["a-b.example.com"]) == ("Lms", "ABExampleCom")
    assert all(stems(names[:count]) == dict(list(found.items())[:count]) for count in range(len(names)))


def test_a_site_of_another_plugin_keeps_its_name() -> None:
    settings = settings_of(TAGS={"note": "a b"})
    site = Site("docs ${x}", "docs.example.org", Behavior("origin"), certificate_arn="", aliases=())
    made = cloudformation.template(settings, [site])
    distribution = made.document["Resources"]["DocsXDistribution"]["Properties"]
    assert {"Key": "tutor-cloudfront:name", "Value": "docs ${x}"} in distribution["Tags"]
    assert distribution["DistributionConfig"]["Comment"] == {
        "Fn::Sub": "tutor-contrib-cloudfront ${Prefix}: docs ${!x}"
    }


def test_every_feature_that_tags_speak_of_is_exported() -> None:
    assert cloudformation.FEATURES.keys() == FEATURES.keys()


def test_log_deliveries_are_made_one_after_the_other() -> None:
    resources = document_of(**SHAPES["all there is"])["Resources"]
    deliveries = {name: each.get("DependsOn") for name, each in resources.items() if name.endswith("LogDelivery")}
    stems = ["Lms", "Cms", "AppsLearnExampleCom", "DocsExampleCom"]
    names = [f"{stem}LogDelivery" for stem in stems]
    assert deliveries == dict(zip(names, [None, *names], strict=False))


def test_an_alias_of_another_plugins_site_may_be_a_wildcard() -> None:
    site = Site("tenants", "tenants.example.org", Behavior("origin"), (), ("*.example.com",), CERTIFICATE)
    document = cloudformation.template(settings_of(), [site]).document
    own = {"Fn::GetAtt": ["TenantsDistribution", "DomainName"]}
    assert document["Outputs"]["TenantsHost"]["Value"] == own
    assert api.lint(as_yaml(document), config=ManualArgs(include_checks=["I"])) == []


@pytest.mark.parametrize(
    ("name", "good", "wrong"),
    [
        ("Prefix", ["a", "learn_example-com"], ["", "a b", "a.b"]),
        ("LmsOrigin", ["learn.example.com"], ["", "*.example.com", "learn", "https://learn.example.com"]),
        ("LmsAlias", ["", "cdn.example.com"], ["cdn", "cdn.example.com/"]),
        ("CertificateArn", ["", CERTIFICATE], [CERTIFICATE.replace("us-east-1", "eu-west-1"), f"{CERTIFICATE} "]),
        ("DocsExampleComDomain", ["docs.example.com", "*.example.com"], ["", "docs.*.com"]),
        ("DocsExampleComCertificateArn", [OTHER_CERTIFICATE], [""]),
        ("WebAclArn", ["", WEB_ACL], [WEB_ACL.replace("global", "regional")]),
        ("LogBucket", ["acme.logs"], ["", "s3://acme.logs"]),
    ],
)
def test_parameters_take_what_the_settings_take(name: str, good: list[str], wrong: list[str]) -> None:
    parameter = document_of(
        CERTIFICATE_ARN=CERTIFICATE,
        EXTRA_DOMAINS=[extra_domain("docs.example.com", certificate_arn=OTHER_CERTIFICATE)],
        WEB_ACL_ARN=WEB_ACL,
        LOG_BUCKET="acme.logs",
    )["Parameters"][name]
    # Wherever in a value a pattern may match: whether all of it must is not left to whom it is told.
    assert [value for value in [*good, *wrong] if re.search(parameter["AllowedPattern"], value)] == good


def guarded(**values: t.Any) -> t.Any:
    return document_of(**{**SHAPES["guarded at the edge"], **values})


def of_type(document: t.Any, type_: str) -> dict[str, t.Any]:
    return {id_: item for id_, item in document["Resources"].items() if item["Type"] == type_}


def test_functions_have_their_code_their_role_and_a_version_that_is_called() -> None:
    document = guarded()
    assert list(of_type(document, "AWS::Lambda::Function")) == [
        *("ImagesExampleComAuthorizer", "ImagesExampleComSigner", "FilesExampleComAuthorizer")
    ]
    for id_, function in of_type(document, "AWS::Lambda::Function").items():
        body = function["Properties"]
        role = document["Resources"][body["Role"]["Fn::GetAtt"][0]]["Properties"]
        assert (body["Handler"], body["Code"].keys()) == ("index.handler", {"ZipFile"})
        assert role["RoleName"] == body["FunctionName"]
        assert not {"Environment", "VpcConfig", "Layers", "Digest"} & body.keys()
        (trusted,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trusted["Principal"]["Service"] == ["edgelambda.amazonaws.com", "lambda.amazonaws.com"]
        (version,) = (key for key in of_type(document, "AWS::Lambda::Version") if key.startswith(f"{id_}Version"))
        assert document["Resources"][version]["Properties"]["FunctionName"] == {"Ref": id_}
    images = config_of(document, "ImagesExampleComDistribution")["DefaultCacheBehavior"]
    called = [(item["EventType"], item["LambdaFunctionARN"]) for item in images["LambdaFunctionAssociations"]]
    versions = {key.partition("Version")[0]: {"Ref": key} for key in of_type(document, "AWS::Lambda::Version")}
    assert called == [
        ("viewer-request", versions["ImagesExampleComAuthorizer"]),
        ("origin-request", versions["ImagesExampleComSigner"]),
    ]


def test_versions_stay_when_others_take_their_place_and_functions_go_with_their_stack() -> None:
    document = guarded()
    for version in of_type(document, "AWS::Lambda::Version").values():
        assert (version["DeletionPolicy"], version["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert not [item for item in of_type(document, "AWS::Lambda::Function").values() if "DeletionPolicy" in item]


def test_a_version_has_another_id_when_its_function_is_another_one_and_only_then() -> None:
    def versions(**values: t.Any) -> set[str]:
        return set(of_type(guarded(**values), "AWS::Lambda::Version"))

    before = versions()
    other = {"JWT": {**JWT, "jwks": {"keys": [jwk(private_key("other"))]}}}
    changed = {id_.partition("Version")[0] for id_ in before ^ versions(**other)}
    assert changed == {"ImagesExampleComAuthorizer", "FilesExampleComAuthorizer"}
    # Neither tags nor what the role may do are part of a version.
    assert versions(TAGS={}, EXTRA_DOMAINS=[{**IMAGES, "actions": "Get*"}]) <= before
    assert versions() == before


def test_what_functions_are_made_for_is_no_parameter() -> None:
    document = guarded()
    assert not {"Prefix", "LmsHost"} & document["Parameters"].keys()
    assert [name for name in document["Parameters"] if name.startswith(("Images", "Files"))] == []
    assert "MediaExampleComDomain" in document["Parameters"]
    assert config_of(document, "ImagesExampleComDistribution")["Aliases"] == ["images.example.com"]
    certificate = config_of(document, "ImagesExampleComDistribution")["ViewerCertificate"]["AcmCertificateArn"]
    assert certificate == {"Ref": "CertificateArn"}
    settings = settings_of(**SHAPES["guarded at the edge"])
    made = cloudformation.template(settings, sites_of(settings))
    assert (made.guarded, made.fixed) == (("images.example.com", "files.example.com"), ())
    # As a platform without functions has them.
    assert {"Prefix", "LmsHost"} <= document_of(**SHAPES["private files"])["Parameters"].keys()


def test_a_template_with_functions_is_for_us_east_1() -> None:
    (assertion,) = guarded()["Rules"]["Region"]["Assertions"]
    assert assertion["Assert"] == {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}
    assert "Rules" not in document_of()


def test_code_stands_in_yaml_as_people_would_write_it() -> None:
    text = as_yaml(guarded())
    assert text.count("\n        ZipFile: |\n") == 3
    assert "\n          handler = Handler(json.loads(CONFIG))\n" in text
