"""Waiting until distributions are deployed, without passing the time."""

from __future__ import annotations

import typing as t
from unittest import mock

import pytest
from tutor.exceptions import TutorError

from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.aws.kinds.distribution import Distribution
from tutorcloudfront.reconcile.wait import wait_until_deployed


def existing(id_: str, status: str) -> Existing:
    return Existing("distribution", id_, id_, id_, {}, status=status)


@pytest.fixture
def listed() -> t.Iterator[mock.Mock]:
    """What CloudFront lists, time after time."""
    with mock.patch.object(Distribution, "list") as listed:
        yield listed


def test_what_no_list_shows_yet_is_waited_for_and_what_is_of_others_is_not(listed: mock.Mock) -> None:
    stranger = existing("E3", "InProgress")
    looks = [
        [stranger],
        [stranger, existing("E1", "Deployed")],
        [stranger, existing("E1", "Deployed"), existing("E2", "InProgress")],
        [stranger, existing("E1", "Deployed"), existing("E2", "Deployed")],
    ]
    listed.side_effect = looks
    reported: list[int] = []

    found = wait_until_deployed(mock.Mock(), ["E1", "E2"], lambda there: reported.append(len(there)), lambda _: None)

    assert {id_: item.status for id_, item in found.items()} == {"E1": "Deployed", "E2": "Deployed"}
    assert reported == [0, 1, 2, 2]


def test_looks_become_rare_and_end_after_an_hour(listed: mock.Mock) -> None:
    listed.return_value = [existing("E1", "InProgress")]
    pauses: list[float] = []

    with pytest.raises(TutorError, match="within an hour"):
        wait_until_deployed(mock.Mock(), ["E1"], lambda _: None, pauses.append)

    assert (pauses[0], pauses[-1]) == (2, 20)
    assert pauses == sorted(pauses)
    assert 3600 <= sum(pauses) < 3700
