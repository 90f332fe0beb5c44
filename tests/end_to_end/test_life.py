"""A platform through its life: what is taken out of the settings goes, what others left is taken over, all is undone."""

from __future__ import annotations

import functools
import json
import random
import signal
import subprocess
import typing as t

import pytest

from tests.support import confined, faults
from tests.support.platform import Platform

SITES = [f"site{number}.example.com" for number in range(18)]
ORIGIN = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}


def distribution_config(comment: str, origin: str, reference: str, **fields: t.Any) -> dict[str, t.Any]:
    """Return what somebody may have made by hand, or version 18 of the plugin."""
    return {
        "CallerReference": reference,
        "Comment": comment,
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": "theirs", "DomainName": origin, "CustomOriginConfig": ORIGIN}]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "theirs",
            "ViewerProtocolPolicy": "allow-all",
            "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        },
        **fields,
    }


def make(platform: Platform, *config: t.Any, **fields: t.Any) -> str:
    created = platform.aws("cloudfront").create_distribution(DistributionConfig=distribution_config(*config, **fields))
    return str(created["Distribution"]["Id"])


def in_account(platform: Platform) -> dict[str, t.Any]:
    """Return the names of all that a user can have made in the account."""
    client, logs = platform.aws("cloudfront"), platform.aws("logs")
    return {
        "distributions": [item["Comment"] for item in platform.distributions()],
        "policies": [name for names in platform.policies().values() for name in names],
        "functions": [item["Name"] for item in client.list_functions(Stage="LIVE")["FunctionList"].get("Items", [])],
        "deliveries": [item["deliverySourceName"] for item in logs.describe_deliveries()["deliveries"]],
        "sources": [item["name"] for item in logs.describe_delivery_sources()["deliverySources"]],
        "destinations": [item["name"] for item in logs.describe_delivery_destinations()["deliveryDestinations"]],
    }


EMPTY: dict[str, list[str]] = {
    name: [] for name in ("distributions", "policies", "functions", "deliveries", "sources", "destinations")
}


def test_destroy_leaves_nothing_and_the_platform_as_it_was(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_LOG_BUCKET="acme-logs", CLOUDFRONT_REALTIME_METRICS=True)
    platform.project.save()
    before, config = platform.project.rendered_tree(), platform.project.config_path.read_bytes()
    platform.create()
    assert platform.project.rendered_tree() != before

    result = platform.run("destroy", "--yes")

    assert in_account(platform) == EMPTY
    assert platform.project.rendered_tree() == before
    assert platform.project.config_path.read_bytes() == config
    assert "distribution lms: deleted" in result.stderr
    again = platform.run("destroy").stderr
    assert "Nothing to do: AWS holds nothing that this plugin made for this platform." in again


def test_a_destroy_that_could_not_render_does_so_before_it_deletes(platform: Platform) -> None:
    before = platform.project.rendered_tree()
    platform.create()
    platform.put_in_front()
    full = confined.prefix(largest_file=platform.project.config_path.stat().st_size)
    told = platform.run("destroy", "--yes", status=1, prefix=full).stderr
    assert "The environment can not be rendered: " in told
    assert platform.recorder.writes == []

    platform.run("destroy", "--yes")

    assert in_account(platform) == EMPTY
    assert platform.project.rendered_tree() == before


def test_destroy_asks_for_the_prefix_and_says_so_where_it_can_not(platform: Platform) -> None:
    platform.create()
    platform.put_in_front()

    told = platform.run("destroy", status=1).stderr

    assert "- distribution lms" in told
    assert "Nothing will answer for apps.learn.example.com any more: DNS must lead elsewhere before." in told
    assert "run this again with --yes to agree. Nothing was done." in told
    assert platform.recorder.writes == []


def test_destroy_waits_until_no_page_asks_for_course_assets_any_more(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_COURSE_ASSETS=True)
    platform.create()
    platform.put_in_front()

    told = platform.run("destroy", "--yes", status=1).stderr

    assert "tutor local do init --limit=cloudfront" in told
    assert platform.recorder.writes == []
    platform.project.set(CLOUDFRONT_COURSE_ASSETS=False)
    platform.run("destroy", "--yes")
    assert in_account(platform) == EMPTY


def test_destroy_shows_what_was_changed_by_hand_before_it_goes(platform: Platform) -> None:
    platform.create()
    platform.change_by_hand("lms", PriceClass="PriceClass_100")

    told = platform.run("destroy", "--yes").stderr

    assert 'PriceClass: "PriceClass_100" -> "PriceClass_All"' in told
    assert in_account(platform) == EMPTY


def test_destroy_touches_nothing_of_another_platform_or_of_nobody(platform: Platform) -> None:
    platform.create()
    others = make(platform, "tutor-contrib-cloudfront other: lms", "other.example.org", "other")
    platform.aws("cloudfront").tag_resource(
        Resource=f"arn:aws:cloudfront::{platform.sandbox.account}:distribution/{others}",
        Tags={"Items": [{"Key": "tutor-cloudfront:prefix", "Value": "other"}]},
    )
    make(platform, "by hand", "hand.example.org", "by hand")
    nothing = {"HeadersConfig": {"HeaderBehavior": "none"}, "CookiesConfig": {"CookieBehavior": "none"}}
    policy = {"Name": "learn-example-com-static-2", "Comment": "by hand", **nothing}
    query: dict[str, t.Any] = {"QueryStringsConfig": {"QueryStringBehavior": "none"}}
    platform.aws("cloudfront").create_origin_request_policy(OriginRequestPolicyConfig={**policy, **query})

    platform.run("destroy", "--yes")

    left = in_account(platform)
    assert sorted(left["distributions"]) == ["by hand", "tutor-contrib-cloudfront other: lms"]
    assert left["policies"] == ["learn-example-com-static-2"]


def test_destroy_goes_on_past_what_others_use_and_says_what_is_left(platform: Platform) -> None:
    platform.create()
    client = platform.aws("cloudfront")
    policies = client.list_cache_policies(Type="custom")["CachePolicyList"]["Items"]
    ids = {item["CachePolicy"]["CachePolicyConfig"]["Name"]: item["CachePolicy"]["Id"] for item in policies}
    config = distribution_config("by hand", "hand.example.org", "by hand")
    config["DefaultCacheBehavior"]["CachePolicyId"] = ids["learn-example-com-static"]
    client.create_distribution(DistributionConfig=config)

    told = platform.run("destroy", "--yes", status=1).stderr

    assert "cache policy learn-example-com-static: DeleteCachePolicy: " in told
    assert "(CachePolicyInUse)" in told
    assert in_account(platform) | {"distributions": [], "policies": []} == EMPTY
    assert in_account(platform)["policies"] == ["learn-example-com-static"]


def test_a_distribution_that_is_switched_on_again_meanwhile_is_told_of_and_goes_the_next_time(
    platform: Platform,
) -> None:
    platform.create()
    switch_on = functools.partial(platform.change_by_hand, "lms", Enabled=True)
    platform.put_in_front(faults.AfterCall(3, switch_on, only=["UpdateDistribution"]))

    told = platform.run("destroy", "--yes", status=1).stderr

    assert "distribution lms: DeleteDistribution: " in told
    assert "(DistributionNotDisabled)" in told
    platform.put_in_front()
    platform.run("destroy", "--yes")
    assert in_account(platform) == EMPTY


@pytest.mark.parametrize(
    "moment",
    [("ListDistributions", 1), ("GetDistributionConfig", 3), ("UpdateDistribution", 3), ("DeleteDistribution", 1)],
)
def test_a_destroy_that_another_one_overtakes_ends_well(platform: Platform, moment: tuple[str, int]) -> None:
    platform.create()
    operation, number = moment
    platform.put_in_front(
        faults.AfterCall(number, lambda: platform.start("destroy", "--yes").communicate(), only=[operation])
    )

    told = platform.run("destroy", "--yes").stderr

    assert "distribution lms: deleted" in told
    assert in_account(platform) == EMPTY


def test_a_destroy_switches_off_what_somebody_changes_at_the_same_moment(platform: Platform) -> None:
    platform.create()
    client = platform.aws("cloudfront")

    def change() -> None:
        for id_ in [item["Id"] for item in platform.distributions()]:
            held = client.get_distribution_config(Id=id_)
            config = {**held["DistributionConfig"], "PriceClass": "PriceClass_100"}
            client.update_distribution(Id=id_, IfMatch=held["ETag"], DistributionConfig=config)

    platform.put_in_front(faults.AfterCall(1, change, only=["GetDistributionConfig"]))

    platform.run("destroy", "--yes")

    assert in_account(platform) == EMPTY


def test_prune_deletes_the_sites_that_left_the_settings_and_nothing_else(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[])

    assert "Plan: 0 to create, 0 to change, 3 to delete." in platform.run("plan", "--prune", status=2).stdout
    platform.run("create-cloudfront-resources", "--prune", "--yes")

    left = in_account(platform)
    assert sorted(left["distributions"]) == [
        "tutor-contrib-cloudfront learn-example-com: cms",
        "tutor-contrib-cloudfront learn-example-com: lms",
    ]
    assert left["policies"] == ["learn-example-com-static"]
    assert left["functions"] == ["learn-example-com-refuse"]


def test_a_prune_of_more_than_a_third_of_the_sites_needs_force(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[], CLOUDFRONT_CMS_DOMAIN="")
    platform.put_in_front()

    told = platform.create("--prune", "--yes", status=1).stderr

    assert "those of more than a third of the sites: is this the right Tutor root" in told
    assert platform.recorder.writes == []
    platform.run("create-cloudfront-resources", "--prune", "--yes", "--force")
    assert in_account(platform)["distributions"] == ["tutor-contrib-cloudfront learn-example-com: lms"]


def test_what_version_18_left_is_taken_over_when_asked_for(platform: Platform) -> None:
    old = make(platform, "Distribution config for learn.example.com", "learn.example.com", "18")
    platform.put_in_front()

    shown = platform.run("create-cloudfront-resources", "--dry-run", "--adopt").stderr
    assert f"~ distribution lms ({old})" in shown
    assert '"allow-all" -> "redirect-to-https"' in shown
    assert platform.recorder.writes == []
    platform.create("--adopt", "--yes")

    assert platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"]["learn.example.com"]["id"] == old
    platform.assert_as_desired()


def test_of_several_distributions_that_version_18_left_one_is_chosen_by_id(platform: Platform) -> None:
    made = [make(platform, "Distribution config for learn.example.com", "learn.example.com", str(n)) for n in (1, 2)]

    told = platform.create("--adopt", "--yes", status=1).stderr
    assert "Version 18 left several distributions for a site. Choose one each, with `--adopt ID`:" in told
    assert all(f"lms: {id_}, d" in told for id_ in made)
    platform.create("--adopt", made[1], "--yes")

    assert platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"]["learn.example.com"]["id"] == made[1]
    assert "Nothing to do" in platform.run("plan").stdout


def test_a_distribution_made_by_hand_is_taken_over_by_its_id(platform: Platform) -> None:
    certificate = {
        "ACMCertificateArn": platform.certificate,
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2019",
    }
    aliases = {"Quantity": 1, "Items": ["apps.learn.example.com"]}
    by_hand = make(platform, "MFEs", "somewhere.example.org", "x", Aliases=aliases, ViewerCertificate=certificate)

    platform.create("--adopt", by_hand, "--yes")

    saved = platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"]["apps.learn.example.com"]
    assert saved["id"] == by_hand
    platform.assert_as_desired()


@pytest.mark.parametrize(
    ("comment", "origin", "tags", "message"),
    [
        ("x", "elsewhere.example.org", {}, "these do: none."),
        ("x", "learn.example.com", {"tutor-cloudfront:prefix": "other"}, "to the platform with the prefix other."),
    ],
)
def test_a_distribution_that_does_not_fit_is_not_taken_over(
    platform: Platform, comment: str, origin: str, tags: dict[str, str], message: str
) -> None:
    id_ = make(platform, comment, origin, "x")
    platform.aws("cloudfront").tag_resource(
        Resource=f"arn:aws:cloudfront::{platform.sandbox.account}:distribution/{id_}",
        Tags={"Items": [{"Key": key, "Value": value} for key, value in tags.items()]},
    )
    platform.put_in_front()

    assert message in platform.create("--adopt", id_, "--yes", status=1).stderr
    assert "There is no distribution E1 to adopt" in platform.create("--adopt", "E1", status=1).stderr
    assert platform.recorder.writes == []


def test_logs_and_metrics_are_switched_on_moved_and_switched_off(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_LOG_BUCKET="first-logs", CLOUDFRONT_REALTIME_METRICS=True)
    platform.create()
    client, logs = platform.aws("cloudfront"), platform.aws("logs")
    ids = [item["Id"] for item in platform.distributions()]
    for id_ in ids:
        subscription = client.get_monitoring_subscription(DistributionId=id_)["MonitoringSubscription"]
        assert subscription["RealtimeMetricsSubscriptionConfig"]["RealtimeMetricsSubscriptionStatus"] == "Enabled"
    assert sorted(in_account(platform)["deliveries"]) == sorted(f"tutor-cloudfront-{id_}" for id_ in ids)
    platform.assert_as_desired()

    platform.project.set(CLOUDFRONT_LOG_BUCKET="second-logs")
    platform.create("--yes")
    (destination,) = logs.describe_delivery_destinations()["deliveryDestinations"]
    arn = destination["deliveryDestinationConfiguration"]["destinationResourceArn"]
    assert arn == "arn:aws:s3:::second-logs"
    assert len(in_account(platform)["deliveries"]) == 3

    platform.project.set(CLOUDFRONT_LOG_BUCKET="", CLOUDFRONT_REALTIME_METRICS=False)
    platform.create("--yes")
    assert in_account(platform)["deliveries"] == []
    assert in_account(platform)["destinations"] == []
    with pytest.raises(client.exceptions.NoSuchMonitoringSubscription):
        client.get_monitoring_subscription(DistributionId=ids[0])
    platform.assert_as_desired()


@pytest.mark.parametrize(
    ("operation", "then"),
    [
        ("PutDeliverySource", ["destroy", "--yes"]),
        ("CreateDelivery", ["create-cloudfront-resources", "--yes"]),
        ("CreateMonitoringSubscription", ["create-cloudfront-resources", "--yes"]),
    ],
)
def test_logs_and_metrics_that_a_killed_run_has_begun_go_when_they_are_not_wanted_any_more(
    platform: Platform, operation: str, then: list[str]
) -> None:
    platform.project.set(CLOUDFRONT_LOG_BUCKET="acme-logs", CLOUDFRONT_REALTIME_METRICS=True)
    kill_at(platform, 1, ["create-cloudfront-resources"], operation)
    platform.project.set(CLOUDFRONT_LOG_BUCKET="", CLOUDFRONT_REALTIME_METRICS=False)

    platform.run(*then)

    left = in_account(platform)
    assert [left[name] for name in ("deliveries", "sources", "destinations")] == [[], [], []]
    for item in platform.distributions():
        with pytest.raises(platform.aws("cloudfront").exceptions.NoSuchMonitoringSubscription):
            platform.aws("cloudfront").get_monitoring_subscription(DistributionId=item["Id"])


def test_tags_taken_out_of_the_settings_go_and_those_of_others_stay(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_TAGS={"team": "ops", "stage": "live"}, CLOUDFRONT_EXTRA_DOMAINS=[])
    platform.create()
    client = platform.aws("cloudfront")
    for item in platform.distributions():
        client.tag_resource(Resource=item["ARN"], Tags={"Items": [{"Key": "cost", "Value": "42"}]})
    platform.project.set(CLOUDFRONT_TAGS={"team": "web"})

    platform.create("--yes")

    for item in platform.distributions():
        tags = client.list_tags_for_resource(Resource=item["ARN"])["Tags"]["Items"]
        mine = {tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("tutor-cloudfront:")}
        assert mine == {"team": "web", "cost": "42"}
    assert platform.run("plan").returncode == 0


def test_a_plan_as_markdown_is_fit_for_a_pull_request(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_CACHE_CONFIG={"default_ttl": 60})

    plan = platform.run("plan", "--format", "markdown", status=2).stdout

    assert plan == (
        "### CloudFront\n\nPlan: 0 to create, 1 to change, 0 to delete.\n\n"
        "```diff\n! cache policy learn-example-com-static\n    DefaultTTL: 300 -> 60\n```\n"
    )
    assert platform.run("create-cloudfront-resources", "--dry-run", "--format", "markdown").stdout == plan


def test_a_life_of_20_sites_killed_at_ten_places_ends_with_nothing(platform: Platform) -> None:
    before = platform.project.rendered_tree()
    chance = random.Random(20)
    domains = [platform.extra_domain(site) for site in SITES]
    steps: list[tuple[dict[str, t.Any], list[str]]] = [
        ({"EXTRA_DOMAINS": domains}, ["create-cloudfront-resources", "--yes"]),
        ({"PRICE_CLASS": "PriceClass_100", "TAGS": {"a": "b"}}, ["create-cloudfront-resources", "--yes"]),
        ({"REALTIME_METRICS": True, "LOG_BUCKET": "logs"}, ["create-cloudfront-resources", "--yes"]),
        ({"EXTRA_DOMAINS": domains[1:]}, ["create-cloudfront-resources", "--yes", "--prune"]),
        ({}, ["destroy", "--yes"]),
    ]
    for settings, command in steps:
        platform.project.set(**{f"CLOUDFRONT_{name}": value for name, value in settings.items()})
        for _ in range(2):
            kill_at(platform, chance.randrange(3, 40), command)
        platform.run(*command)
        platform.run("plan", status=2 if command[0] == "destroy" else 0)

    assert in_account(platform) == EMPTY
    platform.project.unset(*(name for name in platform.project.config() if name.startswith("CLOUDFRONT_")))
    platform.project.save()
    assert platform.project.rendered_tree() == before


def kill_at(platform: Platform, number: int, command: list[str], *operations: str) -> None:
    """Run a command and kill it after a call, or one of these operations, if it makes as many."""
    running: list[subprocess.Popen[str]] = []
    kill = faults.AfterCall(number, lambda: running[0].send_signal(signal.SIGKILL), only=operations)
    platform.put_in_front(kill)
    running.append(platform.start(*command))
    running[0].communicate(timeout=120)
    platform.put_in_front()


def test_json_of_a_removal_is_one_document(platform: Platform) -> None:
    platform.create()

    result = json.loads(platform.run("destroy", "--yes", "--format", "json").stdout)

    assert {change["action"] for change in result["changes"]} == {"delete"}
    assert len(result["changes"]) == 7


def test_logs_are_delivered_although_another_distribution_wants_the_destination_at_once(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_LOG_BUCKET="acme-logs")
    busy = "Requested resource is currently being updated."
    platform.put_in_front(faults.Refuse("CreateDelivery", 400, "ConflictException", busy, 2))

    platform.create()

    assert len(in_account(platform)["deliveries"]) == 3
    platform.put_in_front()
    platform.assert_as_desired()
