"""`tutor cloudfront create-cloudfront-resources`: first and further runs, and what they leave behind."""

from __future__ import annotations

import json
import stat

import pytest

from tests.support.platform import Platform


def test_a_first_run_creates_everything_and_a_second_changes_nothing(platform: Platform) -> None:
    platform.create()
    config = platform.project.config_path.read_bytes()
    platform.assert_as_desired()
    platform.put_in_front()

    result = platform.create()

    assert "Nothing to do" in result.stderr
    assert platform.recorder.writes == []
    assert platform.project.config_path.read_bytes() == config


def test_a_run_that_finds_nothing_to_do_makes_one_call_a_list(platform: Platform) -> None:
    platform.create()
    platform.put_in_front()

    platform.run("plan")

    assert sorted(platform.recorder.operations) == [
        "GetResources",
        "ListCachePolicies",
        "ListDistributions",
        "ListFunctions",
        "ListKeyGroups",
        "ListOriginAccessControls",
        "ListOriginRequestPolicies",
        "ListPublicKeys",
        "ListResponseHeadersPolicies",
    ]


def test_the_result_is_saved_and_the_platform_uses_it(platform: Platform) -> None:
    result = json.loads(platform.create("--format", "json").stdout)

    domains = {item["site"]: item["domain_name"] for item in result["distributions"]}
    ids = {item["site"]: item["id"] for item in result["distributions"]}
    mfe = "apps.learn.example.com"
    assert platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"] == {
        "learn.example.com": {"id": ids["lms"], "domain_name": domains["lms"], "host": domains["lms"]},
        "studio.learn.example.com": {"id": ids["cms"], "domain_name": domains["cms"], "host": domains["cms"]},
        mfe: {"id": ids[mfe], "domain_name": domains[mfe], "host": mfe},
    }
    assert result["dns"] == [{"name": mfe, "type": "CNAME", "value": domains[mfe]}]
    lms = platform.project.rendered("apps/openedx/settings/lms/production.py")
    assert f'STATIC_URL = "https://{domains["lms"]}/static/"' in lms


def test_host_names_may_be_written_in_capitals(platform: Platform) -> None:
    extra = platform.extra_domain("Apps.Learn.Example.com", alias="Origin.Learn.Example.com")
    platform.project.set(CLOUDFRONT_LMS_DOMAIN="Learn.Example.com", CLOUDFRONT_EXTRA_DOMAINS=[extra])

    platform.create()

    assert "\nSTATIC_URL = " in platform.project.rendered("apps/openedx/settings/lms/production.py")
    assert "origin.learn.example.com" in platform.project.rendered("apps/caddy/Caddyfile").lower()
    platform.assert_as_desired()


def test_a_run_waits_until_cloudfront_has_deployed(platform: Platform) -> None:
    result = json.loads(platform.run("create-cloudfront-resources", "--format", "json").stdout)

    assert {item["status"] for item in result["distributions"]} == {"Deployed"}


def test_a_run_that_does_not_wait_is_waited_for_by_the_next(platform: Platform) -> None:
    platform.sandbox.deploy_seconds = 4
    platform.sandbox.reset()
    platform.sandbox.add_certificate(platform.certificate, ["*.learn.example.com"])
    platform.create()

    result = json.loads(platform.run("create-cloudfront-resources", "--format", "json").stdout)

    assert {item["status"] for item in result["distributions"]} == {"Deployed"}


def test_another_cache_config_is_one_update_of_one_policy(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_CACHE_CONFIG={"default_ttl": 60})
    platform.put_in_front()

    platform.create("--yes")

    assert platform.recorder.writes == ["UpdateCachePolicy"]
    platform.assert_as_desired()


def test_changing_what_exists_needs_to_be_agreed_to(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_PRICE_CLASS="PriceClass_100")
    platform.put_in_front()

    result = platform.create(status=1)

    assert '"PriceClass_All" -> "PriceClass_100"' in result.stderr
    assert "run this again with --yes to agree. Nothing was done." in result.stderr
    assert platform.recorder.writes == []


def test_a_dry_run_does_nothing(platform: Platform) -> None:
    config = platform.project.config_path.read_bytes()

    result = platform.run("create-cloudfront-resources", "--dry-run")

    assert "Plan: 7 to create, 0 to change, 0 to delete." in result.stderr
    assert platform.recorder.writes == []
    assert platform.project.config_path.read_bytes() == config


def test_what_was_changed_by_hand_is_shown_and_put_right(platform: Platform) -> None:
    platform.create()
    client = platform.aws("cloudfront")
    lms = next(item["Id"] for item in platform.distributions() if item["Comment"].endswith(": lms"))
    held = client.get_distribution_config(Id=lms)
    config = held["DistributionConfig"]
    config["Enabled"] = False
    config["CacheBehaviors"]["Items"][0]["PathPattern"] = "/*"
    config["DefaultRootObject"] = "kept.html"
    client.update_distribution(Id=lms, IfMatch=held["ETag"], DistributionConfig=config)

    shown = platform.run("plan", status=2).stdout
    platform.create("--yes")

    assert "Enabled: false -> true" in shown
    assert '- CacheBehaviors[/*].PathPattern: "/*"' in shown
    assert '+ CacheBehaviors[/static/*].PathPattern: "/static/*"' in shown
    config = client.get_distribution_config(Id=lms)["DistributionConfig"]
    assert config["Enabled"] is True
    assert config["CacheBehaviors"]["Items"][0]["PathPattern"] == "/static/*"
    assert config["DefaultRootObject"] == "kept.html", "what the plugin does not speak of is the user's"
    platform.assert_as_desired()


def test_tags_that_are_missing_are_added(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_TAGS={"team": "ops"})
    platform.put_in_front()

    platform.create("--yes")

    assert platform.recorder.writes == ["TagResource"] * 4, "three distributions and a function"
    for item in platform.distributions():
        tags = platform.aws("cloudfront").list_tags_for_resource(Resource=item["ARN"])["Tags"]["Items"]
        assert {"Key": "team", "Value": "ops"} in tags
    platform.assert_as_desired()


def test_a_distribution_whose_tags_were_taken_off_is_still_known_by_its_reference(platform: Platform) -> None:
    platform.create()
    client = platform.aws("cloudfront")
    for item in platform.distributions():
        keys = ["tutor-cloudfront:prefix", "tutor-cloudfront:name"]
        client.untag_resource(Resource=item["ARN"], TagKeys={"Items": keys})

    assert "Plan: 0 to create, 3 to change, 0 to delete." in platform.run("plan", status=2).stdout
    platform.create("--yes")

    platform.assert_as_desired()


def test_a_distribution_of_somebody_else_with_the_same_comment_is_left_alone(platform: Platform) -> None:
    client = platform.aws("cloudfront")
    origin = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    foreign = client.create_distribution(
        DistributionConfig={
            "CallerReference": "theirs",
            "Comment": "tutor-contrib-cloudfront learn-example-com: lms",
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [{"Id": "o", "DomainName": "theirs.example.org", "CustomOriginConfig": origin}],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "o",
                "ViewerProtocolPolicy": "allow-all",
                "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            },
        }
    )

    platform.create("--yes")

    assert client.get_distribution_config(Id=foreign["Distribution"]["Id"])["ETag"] == foreign["ETag"]
    assert len(platform.distributions()) == 4
    assert foreign["Distribution"]["Id"] not in str(platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"])


def test_a_site_that_leaves_the_settings_is_told_of_and_left_alone(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[])
    platform.put_in_front()

    result = platform.create("--yes")

    assert "Site apps.learn.example.com is no longer in the settings." in result.stderr
    assert platform.recorder.writes == []
    assert "apps.learn.example.com" not in platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"]


def test_a_deleted_distribution_is_made_anew_although_its_reference_stays_used(platform: Platform) -> None:
    platform.create()
    client = platform.aws("cloudfront")
    (lms,) = (item for item in platform.distributions() if item["Comment"].endswith(": lms"))
    config = client.get_distribution_config(Id=lms["Id"])
    disabled = {**config["DistributionConfig"], "Enabled": False}
    etag = client.update_distribution(Id=lms["Id"], IfMatch=config["ETag"], DistributionConfig=disabled)["ETag"]
    client.get_waiter("distribution_deployed").wait(Id=lms["Id"], WaiterConfig={"Delay": 1})
    client.delete_distribution(Id=lms["Id"], IfMatch=etag)

    platform.create()

    assert platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"]["learn.example.com"]["id"] != lms["Id"]
    platform.assert_as_desired()


def test_config_yml_keeps_its_comments_its_order_and_its_mode(platform: Platform) -> None:
    path = platform.project.config_path
    text = "# Ours, do not touch.\n" + path.read_text() + "\nZ_LAST: {a: [1,   2]} # spaced\n"
    path.write_text(text)
    path.chmod(0o600)

    platform.create()

    assert path.read_text().startswith(text)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.name for item in path.parent.iterdir() if "config.yml" in item.name] == ["config.yml"]


@pytest.mark.parametrize("output_format", ["text", "json"])
def test_what_is_printed_to_stdout_is_data_and_words_go_to_stderr(platform: Platform, output_format: str) -> None:
    platform.project.set(MFE_HOST="apps.example.net")  # Tutor warns of this

    result = platform.create("--format", output_format)

    assert "Warning" in result.stderr
    assert "Environment generated" in result.stderr
    if output_format == "json":
        assert set(json.loads(result.stdout)) == {"changes", "distributions", "dns"}
    else:
        assert result.stdout.startswith("Sites:\n")


def test_a_plan_as_json_is_one_document(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_CACHE_CONFIG={"default_ttl": 60}, MFE_HOST="apps.example.net")

    plan = json.loads(platform.run("plan", "--format", "json", status=2).stdout)

    changes = {change["name"]: change for change in plan["changes"]}
    policy = changes["learn-example-com-static"]
    assert (policy["action"], policy["kind"]) == ("update", "cache_policy")
    assert policy["diff"] == [{"path": "DefaultTTL", "old": 300, "new": 60}]
    assert changes["lms"] | {"id": ""} == {
        "action": "none",
        "kind": "distribution",
        "name": "lms",
        "id": "",
        "diff": [],
    }


def test_a_domain_with_a_wildcard_is_a_site_like_any_other(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[platform.extra_domain("*.example.com", alias="origin.example.net")])
    platform.create()
    (item,) = (item for item in platform.distributions() if item["Aliases"]["Quantity"])

    assert item["Aliases"]["Items"] == ["*.example.com"]
    assert platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"]["*.example.com"]["host"] == item["DomainName"]
    assert "Nothing to do" in platform.run("plan").stdout
