"""Rotating keys: at every moment, every signature that was handed out is accepted for its time."""

from __future__ import annotations

import json
import typing as t

import pytest

from tests.signed.conftest import MEDIA, SECRET, Signed, foreign_key, signer_of
from tests.support.soak import rounds
from tutorcloudfront import rotation
from tutorcloudfront.settings import SigningKey
from tutorcloudfront.signing import keys

TTL = 7200
URL = f"https://{MEDIA}/course-b/x"


class Learners:
    """Have what the platform signs for them, and open it whenever they are asked to."""

    def __init__(self, signed: Signed) -> None:
        self._signed = signed
        self._held: list[tuple[float, str]] = []
        #: The id of the key that the platform signs with since it was last restarted.
        self.platform_key = ""

    def restart(self) -> None:
        """Have the platform sign with the key that it was last rendered with."""
        text = self._signed.project.rendered("apps/openedx/settings/lms/production.py")
        self.platform_key = text.partition("CLOUDFRONT_KEY_ID = ")[2].partition("\n")[0].strip("'\"")

    def sign(self) -> None:
        """Have the platform and the command sign something each."""
        newest = next(key["id"] for key in reversed(self._signed.saved_keys()) if key["state"] == "signing")
        for key_id in {self.platform_key, newest}:
            expires = int(self._now()) + TTL
            signer = signer_of(key_id, self._signed.seen[key_id])
            self._held.append((expires, signer.url(URL, expires)))

    def check(self) -> None:
        self._held = [(expires, url) for expires, url in self._held if expires > self._now() + 5]
        assert [url for _, url in self._held if self._signed.status(url) != 200] == []

    def _now(self) -> float:
        """Return the time at the edge, which goes ahead of everybody else's where it is made to."""
        return self._signed.platform.sandbox.edge.edge.clock()


@pytest.mark.parametrize("secret", ["", SECRET])
def test_all_signatures_are_accepted_through_all_stages_each_killed_after_every_call(
    signed: Signed, secret: str
) -> None:
    signed.project.set(CLOUDFRONT_SIGNING_SECRET=secret)
    signed.create()
    learners = Learners(signed)
    learners.restart()
    old = learners.platform_key
    learners.sign()
    signed.project.set(CLOUDFRONT_SIGNING_ALGORITHM="ecdsa-sha256")

    for stage in ("switch", "restart", "remove"):
        for _ in signed.killed_after_every_write("rotate-keys", "--yes"):
            learners.check()
            signed.assert_no_key_lost()
        learners.sign()
        learners.check()
        if stage == "switch":
            signed.run("plan")
            learners.restart()
            assert learners.platform_key != old
            learners.sign()
        if stage == "restart":
            assert json.loads(signed.run("rotate-keys", "--format", "json")[0])["stage"] == "wait"
            signed.later(TTL - 1)
            learners.check()
            assert json.loads(signed.run("rotate-keys", "--format", "json")[0])["stage"] == "wait"
            signed.run("plan")
            signed.later(rotation.LEEWAY + 10)
        learners.check()

    (key,) = signed.saved_keys()
    assert (key["state"], key["id"]) == ("signing", learners.platform_key)
    assert list(signed.public_keys().values()) == next(iter(signed.groups().values())) == [key["id"]]
    assert keys.fitting(key["public_key"], "rsa-sha1") == "ecdsa-sha256"
    assert len(signed.secret_keys()) == (1 if secret else 0)
    signed.run("plan")


def test_two_rotations_at_once_make_one_key(signed: Signed) -> None:
    signed.create()
    runs = [signed.platform.start("rotate-keys") for _ in range(2)]
    ended = [run.communicate(timeout=120) for run in runs]

    assert [run.returncode for run in runs] == [0, 0], ended
    assert [key["state"] for key in signed.saved_keys()] == ["retiring", "signing"]
    assert len(signed.public_keys()) == 2
    signed.assert_no_key_lost()
    signed.run("plan")


def test_json_tells_the_stage_and_the_keys_and_no_secret(signed: Signed) -> None:
    signed.create()

    document = json.loads(signed.run("rotate-keys", "--format", "json")[0])

    assert document["stage"] == "switch"
    assert [(key["state"], sorted(key)) for key in document["keys"]] == [
        ("retiring", ["fingerprint", "id", "state"]),
        ("signing", ["fingerprint", "id", "state"]),
    ]
    assert "restart the platform" in document["next"]


def test_the_restart_is_for_people_to_tell_of(signed: Signed) -> None:
    signed.create()
    signed.run("rotate-keys")

    told = signed.run("rotate-keys", status=1)[1]

    assert "Whether the platform has been restarted since the key was switched is for you to say" in told
    assert "until" not in signed.saved_keys()[0]


def test_without_a_key_or_a_site_that_wants_one_there_is_nothing_to_rotate(signed: Signed) -> None:
    assert "There is no key that signs" in signed.run("rotate-keys", status=1)[1]
    signed.create()
    signed.project.set(CLOUDFRONT_EXTRA_DOMAINS=[])
    before = signed.saved_keys()

    assert "There is no key that signs" in signed.run("rotate-keys", status=1)[1]

    assert signed.saved_keys() == before


def test_a_full_group_is_told_of_before_a_key_is_made(signed: Signed) -> None:
    signed.create()
    client = signed.aws("cloudfront")
    mine = signed.public_keys()
    others = [foreign_key(client, f"theirs-{number}") for number in range(4)]
    (group,) = client.list_key_groups()["KeyGroupList"]["Items"]
    config = {**group["KeyGroup"]["KeyGroupConfig"], "Items": [*mine.values(), *others]}
    etag = client.get_key_group(Id=group["KeyGroup"]["Id"])["ETag"]
    client.update_key_group(Id=group["KeyGroup"]["Id"], IfMatch=etag, KeyGroupConfig=config)

    told = signed.run("rotate-keys", status=1)[1]

    assert "A key group holds 5 keys, and this one is full" in told
    assert len(signed.saved_keys()) == 1
    signed.run("plan")


def test_an_account_with_no_room_for_a_key_is_told_of_and_the_rotation_goes_on_later(signed: Signed) -> None:
    signed.create()
    client = signed.aws("cloudfront")
    others = [foreign_key(client, f"theirs-{number}") for number in range(9)]

    told = signed.run("rotate-keys", status=1)[1]

    assert "An account can have 10 public keys." in told
    assert [key["state"] for key in signed.saved_keys()] == ["signing", "new"]
    client.delete_public_key(Id=others[0], IfMatch=client.get_public_key(Id=others[0])["ETag"])
    signed.run("rotate-keys")
    assert [key["state"] for key in signed.saved_keys()] == ["retiring", "signing"]


@pytest.mark.soak
def test_whatever_is_done_in_whatever_order_no_learner_is_shut_out(signed: Signed) -> None:
    for dice in rounds(1):
        signed.run("destroy", "--yes")
        signed.create()
        learners = Learners(signed)
        learners.restart()
        for _ in range(7):
            deed = dice.choice(["create", "rotate", "rotate", "rotate", "wait", "forget an id", "lower the lifetime"])
            if deed == "create":
                signed.create()
            elif deed == "rotate":
                learners.restart()
                signed.run("rotate-keys", "--yes")
            elif deed == "wait":
                signed.later(TTL + rotation.LEEWAY + 10)
            elif deed == "forget an id":
                signed.set_keys([{**signed.saved_keys()[0], "id": ""}, *signed.saved_keys()[1:]])
                signed.create()
            else:
                signed.project.set(CLOUDFRONT_SIGNED_TTL=dice.choice([60, TTL]))
            learners.sign()
            learners.check()
            signed.assert_no_key_lost()
        signed.create()
        signed.run("plan")


# Stages, as plain data


def key(state: t.Any, until: int = 0, **more: t.Any) -> SigningKey:
    return SigningKey(state=state, until=until, **more)


@pytest.mark.parametrize(
    ("stage", "those"),
    [
        ("none", [key("signing")]),
        ("switch", [key("signing"), key("new")]),
        ("switch", [key("retiring", 50), key("signing"), key("new")]),
        ("restart", [key("retiring"), key("signing")]),
        ("wait", [key("retiring", 101), key("signing")]),
        ("remove", [key("retiring", 100), key("signing")]),
        ("remove", [key("retiring", 100), key("retiring", 101), key("signing")]),
    ],
)
def test_stage_follows_from_the_keys(stage: str, those: list[SigningKey]) -> None:
    assert rotation.stage(tuple(those), 100) == stage


def test_a_key_is_accepted_for_the_longest_time_for_which_it_signed() -> None:
    retiring, _ = rotation.restarted((key("retiring", lifetime=7200), key("signing")), 1000, 60)
    assert retiring.until == 1000 + 7200 + rotation.LEEWAY
