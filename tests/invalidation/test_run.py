"""Requests, what identifies them, and how they are made one after the other."""

from __future__ import annotations

import typing as t
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from tutor.exceptions import TutorError

from tests.support.settings import PREFIX
from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.invalidation.run import Request, Run, reference_of
from tutorcloudfront.resources.tags import PREFIX_TAG

NOW = datetime(2026, 5, 4, 12, 3, tzinfo=timezone.utc)
IMAGES = "docker.io/overhangio/openedx:22.0.0-indigo"


class Account:
    """Stands for `Aws`: CloudFront with one invalidation in progress at a time for each distribution."""

    def __init__(self, looks: int = 2) -> None:
        self.calls: list[tuple[str, str]] = []
        self.answered = NOW
        self.tag = PREFIX
        self.refuse: Callable[[str, str], str | None] = lambda operation, id_: None
        self._looks = looks
        self._running: dict[str, int] = {}

    def cloudfront(self, operation: str, **arguments: t.Any) -> t.Any:
        id_ = arguments.get("DistributionId") or arguments.get("Id") or arguments["Resource"]
        self.calls.append((operation, id_))
        if code := self.refuse(operation, id_):
            raise AwsError(f"{operation} refused", code)
        return getattr(self, f"_{operation}")(id_, arguments)

    def _ListTagsForResource(self, _id: str, _arguments: t.Any) -> t.Any:
        return {"Tags": {"Items": [{"Key": PREFIX_TAG, "Value": self.tag}]}}

    def _GetDistributionConfig(self, _id: str, _arguments: t.Any) -> t.Any:
        return {"DistributionConfig": {"CallerReference": "somebody else's"}}

    def _CreateInvalidation(self, id_: str, arguments: t.Any) -> t.Any:
        if self._running.get(id_):
            raise AwsError("busy", "TooManyInvalidationsInProgress")
        self._running[id_] = self._looks
        headers = {"date": format_datetime(self.answered, usegmt=True)}
        made = {
            "Id": f"I-{arguments['InvalidationBatch']['CallerReference']}",
            "Status": "InProgress",
            "CreateTime": NOW,
        }
        return {"Invalidation": made, "ResponseMetadata": {"HTTPHeaders": headers}}

    def _GetInvalidation(self, id_: str, _arguments: t.Any) -> t.Any:
        self._running[id_] -= 1
        return {"Invalidation": {"Status": "InProgress" if self._running[id_] else "Completed"}}

    def operations(self, id_: str) -> list[str]:
        return [operation for operation, of in self.calls if of == id_]


def request(id_: str = "E1", reference: str = "first", site: str = "lms") -> Request:
    distribution = Existing("distribution", site, id_, id_, {}, arn=id_)
    return Request(site, distribution, ("/*",), reference)


def run(account: Account, *requests: Request, wait: bool = True) -> Run:
    return Run(t.cast(Aws, account), requests, PREFIX, wait=wait)


def finish(run: Run) -> list[int]:
    """Go on to the end and return what was reported, no time passing."""
    reported: list[int] = []
    run.step()
    run.go_on(reported.append, lambda _: None)
    return reported


@pytest.mark.parametrize(
    "other",
    [
        reference_of("E2", ["/*"], IMAGES, NOW),
        reference_of("E1", ["/a"], IMAGES, NOW),
        reference_of("E1", ["/*"], "docker.io/acme/openedx:2", NOW),
        reference_of("E1", ["/*"], IMAGES, NOW + timedelta(minutes=10)),
        reference_of("E1", ["/*"], IMAGES, NOW - timedelta(minutes=10)),
        reference_of("E1", ["/*"], IMAGES, NOW, again=True),
    ],
)
def test_another_distribution_path_image_or_time_is_another_request(other: str) -> None:
    assert reference_of("E1", ["/*"], IMAGES, NOW) != other


def test_the_same_request_within_ten_minutes_of_the_clock_has_the_same_reference() -> None:
    references = {reference_of("E1", ["/*"], IMAGES, NOW + timedelta(minutes=more)) for more in range(7)}

    assert len(references) == 1


def test_without_waiting_a_run_is_done_once_all_is_asked_for() -> None:
    account = Account()
    running = run(account, request(), wait=False)

    running.step()

    assert running.is_done
    assert account.operations("E1") == ["ListTagsForResource", "CreateInvalidation"]


def test_a_part_is_asked_for_when_the_one_before_has_ended() -> None:
    account = Account()

    reported = finish(run(account, request(reference="first"), request(reference="second"), wait=False))

    assert account.operations("E1") == [
        "ListTagsForResource",
        "CreateInvalidation",
        "GetInvalidation",
        "GetInvalidation",
        "CreateInvalidation",
    ]
    assert reported == [0, 1]


def test_with_waiting_a_run_is_done_when_everything_has_ended() -> None:
    account = Account()
    running = run(account, request(), request("E2", site="cms"))

    finish(running)

    assert [(outcome.id, outcome.status) for outcome in running.outcomes] == [("I-first", "Completed")] * 2


def test_invalidations_of_others_are_waited_for() -> None:
    account = Account()
    refusals = iter(["TooManyInvalidationsInProgress"] * 3)
    account.refuse = lambda operation, _: next(refusals, None) if operation == "CreateInvalidation" else None
    running = run(account, request())

    running.step()
    assert running.is_held_up
    assert not running.is_done
    running.go_on(lambda _: None, lambda _: None)

    assert not running.is_held_up
    assert account.operations("E1").count("CreateInvalidation") == 4
    assert account.operations("E1").count("ListTagsForResource") == 4
    assert [outcome.status for outcome in running.outcomes] == ["Completed"]


def test_what_is_never_done_is_given_up_after_an_hour() -> None:
    account = Account(looks=10**6)
    running = run(account, request())
    running.step()
    pauses: list[float] = []

    with pytest.raises(TutorError, match="within an hour"):
        running.go_on(lambda _: None, pauses.append)

    assert pauses[0] == 2
    assert pauses[-1] == 20
    assert 3600 <= sum(pauses) < 3700


def test_the_hour_begins_anew_whenever_something_has_come_to_its_end() -> None:
    account = Account(looks=120)
    running = run(account, request(), request(reference="second"))
    running.step()
    pauses: list[float] = []

    running.go_on(lambda _: None, pauses.append)

    assert sum(pauses) > 3600
    assert [outcome.status for outcome in running.outcomes] == ["Completed", "Completed"]


def test_what_fails_for_one_distribution_stops_no_other() -> None:
    account = Account()
    account.refuse = lambda operation, id_: "AccessDenied" if (operation, id_) == ("CreateInvalidation", "E1") else None
    running = run(account, request(), request(reference="second"), request("E2", site="cms"))

    finish(running)

    assert [(outcome.request.site, outcome.error) for outcome in running.outcomes] == [
        ("lms", "CreateInvalidation refused"),
        ("lms", "CreateInvalidation refused"),
        ("cms", ""),
    ]


def test_a_look_that_fails_ends_the_distribution_with_its_reason() -> None:
    account = Account()
    account.refuse = lambda operation, _: "AccessDenied" if operation == "GetInvalidation" else None
    running = run(account, request(), request(reference="second"))

    finish(running)

    assert [(outcome.id, outcome.error) for outcome in running.outcomes] == [
        ("I-first", "GetInvalidation refused"),
        ("", "GetInvalidation refused"),
    ]


def test_of_a_foreign_distribution_nothing_is_invalidated() -> None:
    account = Account()
    account.tag = "another-platform"
    running = run(account, request())

    finish(running)

    assert "CreateInvalidation" not in account.operations("E1")
    assert "does not carry the tag" in running.outcomes[0].error


@pytest.mark.parametrize(("later", "repeated"), [(0, False), (1, False), (2, True), (300, True)])
def test_an_invalidation_older_than_the_answer_was_made_before(later: int, repeated: bool) -> None:
    account = Account()
    account.answered = NOW + timedelta(seconds=later)
    running = run(account, request(), wait=False)

    running.step()

    assert [outcome.repeated for outcome in running.outcomes] == [repeated]
