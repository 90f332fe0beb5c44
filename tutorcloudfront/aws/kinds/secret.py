"""Secrets of AWS Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html

A secret that the plugin made carries its tags, and these tell which keys are in it, so that it is read only where a
key is needed. One without tags is the user's: it is read, and never written.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from tutor.exceptions import TutorError

from tutorcloudfront.aws.client import Answer, Aws
from tutorcloudfront.aws.errors import AwsError, unless
from tutorcloudfront.aws.kinds.base import Existing, Kind
from tutorcloudfront.resources.differences import Difference
from tutorcloudfront.resources.resource import Config, Resource
from tutorcloudfront.resources.tags import FINGERPRINTS_TAG, PREFIX_TAG, tag_list

MISSING = "ResourceNotFoundException"
#: What AWS says where a secret is to be deleted, in some days or right now.
NOT_USABLE = "InvalidRequestException"
#: How often keys are put in before another's changes of the same secret, made at the same moment, are blamed.
ATTEMPTS = 5


class Secret(Kind):
    """Keys come into a secret one by one and are taken out one by one: what another run put in is never lost."""

    def look_up(self, aws: Aws, name: str, prefix: str) -> Existing | None:  # noqa: ARG002
        answer = _described(aws, name)
        return None if answer is None or "DeletedDate" in answer else self._found(aws, answer)

    def differences(self, resource: Resource, existing: Existing) -> tuple[Difference, ...]:
        if not _is_users(existing):
            return super().differences(resource, existing)
        held = existing.config["Keys"]["Items"]
        missing = [key for key in resource.config["Keys"]["Items"] if key not in held]
        return (Difference("Keys", held, [*held, *missing]),) if missing else ()

    def create(self, aws: Aws, resource: Resource) -> Existing:
        try:
            aws.call(
                "secretsmanager",
                "CreateSecret",
                Name=resource.name,
                Description=resource.config["Description"],
                SecretString=_content(resource),
                Tags=tag_list(_tags(resource, resource.config["Keys"]["Items"])),
            )
        except AwsError as e:
            if e.code not in ("ResourceExistsException", NOT_USABLE):
                raise
            return self._taken_back(aws, resource, e)
        return self._there(aws, resource)

    def update(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:
        """Put in new keys, then the tags that tell of them.

        Raises:
            AwsError: AWS refuses, or the secret is somebody else's.
        """
        self._refuse_others(resource, existing)
        held = _put_in(aws, resource)
        aws.call("secretsmanager", "TagResource", SecretId=existing.id, Tags=tag_list(_tags(resource, held)))
        description = resource.config["Description"]
        if description != existing.config["Description"]:
            aws.call("secretsmanager", "UpdateSecret", SecretId=existing.id, Description=description)
        gone = [tag.key for tag in self.tag_differences(resource, existing) if tag.new is None]
        if gone:
            aws.call("secretsmanager", "UntagResource", SecretId=existing.id, TagKeys=gone)
        return self._there(aws, resource)

    def take_out(self, aws: Aws, existing: Existing, fingerprints: Collection[str]) -> None:
        """Have a secret no longer hold some keys.

        Raises:
            AwsError: AWS refuses.
            TutorError: the secret is the user's, and it holds them.
        """
        held = private_keys(aws, existing.name)
        left = {key: pem for key, pem in held.items() if key not in fingerprints}
        if left == held:
            return
        if _is_users(existing):
            raise TutorError(
                f"Secret {existing.name} is your own, and nothing is changed in it: take the old private key out of it, "
                "and run this again. Else it would be taken for a new one."
            )
        aws.call("secretsmanager", "PutSecretValue", SecretId=existing.id, SecretString=json.dumps(left))
        tags = tag_list({FINGERPRINTS_TAG: " ".join(left)})
        aws.call("secretsmanager", "TagResource", SecretId=existing.id, Tags=tags)

    def delete(self, aws: Aws, existing: Existing) -> None:
        # Without its public halves in CloudFront, what it holds is of no use.
        with unless(MISSING):
            aws.call("secretsmanager", "DeleteSecret", SecretId=existing.id, ForceDeleteWithoutRecovery=True)

    def is_ours(self, existing: Existing, prefix: str) -> bool:
        return (existing.tags or {}).get(PREFIX_TAG) == prefix

    def _complete(self, wanted: Config, actual: Config) -> Config:
        held = actual["Keys"]["Items"]
        more = [key for key in wanted["Keys"]["Items"] if key not in held]
        return {**wanted, "Keys": {"Items": [*held, *more]}}

    def _refuse_others(self, resource: Resource, existing: Existing) -> None:
        prefix = resource.tags[PREFIX_TAG]
        if _is_users(existing):
            raise AwsError(
                f"Secret {resource.name} is your own, since it has no tag {PREFIX_TAG}={prefix}, and nothing is changed in "
                "it. Put a private key (PEM) into it, beside others as a JSON object, or name a secret that is not there "
                "yet in CLOUDFRONT_SIGNING_SECRET.",
                "ForeignResource",
            )
        if not self.is_ours(existing, prefix):
            raise AwsError(
                f"Secret {resource.name} is another platform's: its tag {PREFIX_TAG} is not {prefix}. Name another one in "
                "CLOUDFRONT_SIGNING_SECRET.",
                "ForeignResource",
            )

    def _taken_back(self, aws: Aws, resource: Resource, error: AwsError) -> Existing:
        """Bring a secret up to date that is there already, also one that AWS would delete in some days."""
        answer = _described(aws, resource.name)
        if answer is None:
            raise error
        if "DeletedDate" in answer:
            self._refuse_others(resource, self._described_as(answer))
            aws.call("secretsmanager", "RestoreSecret", SecretId=resource.name)
        return self.update(aws, resource, self._found(aws, answer))

    def _there(self, aws: Aws, resource: Resource) -> Existing:
        found = self.look_up(aws, resource.name, "")
        if found is None:
            raise AwsError(f"Secret {resource.name} is gone again. Run this again.", MISSING)
        return found

    def _found(self, aws: Aws, answer: Answer) -> Existing:
        found = self._described_as(answer)
        return self._described_as(answer, private_keys(aws, found.name)) if _is_users(found) else found

    def _described_as(self, answer: Answer, held: Collection[str] | None = None) -> Existing:
        name, tags = answer["Name"], {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])}
        told = tags.pop(FINGERPRINTS_TAG, "").split()
        keys = {"Items": told if held is None else list(held)}
        config = {"Name": name, "Description": answer.get("Description", ""), "Keys": keys}
        return Existing(self.name, name, answer["ARN"], answer["ARN"], config, tags=tags)


def private_keys(aws: Aws, name: str) -> dict[str, str]:
    """Return the private keys that a secret holds, by fingerprint of the public ones; none if there is no such secret.

    One that a user made may hold a key in PEM and nothing else, or a JSON object with any names for keys.

    Raises:
        AwsError: it may not be read.
        TutorError: there is something else in it.
    """
    try:
        content = aws.call("secretsmanager", "GetSecretValue", SecretId=name).get("SecretString") or "{}"
    except AwsError as e:
        if e.code in (MISSING, NOT_USABLE):
            return {}
        raise
    # Imported where there is a secret: most platforms have none, and cryptography takes a while.
    from tutorcloudfront.signing import keys

    try:
        return keys.by_fingerprint(content)
    except ValueError:
        # Nothing of what it holds is told.
        raise TutorError(
            f"Secret {name} holds something else than private keys: name another one in CLOUDFRONT_SIGNING_SECRET."
        ) from None


def _described(aws: Aws, name: str) -> Answer | None:
    with unless(MISSING):
        return aws.call("secretsmanager", "DescribeSecret", SecretId=name)
    return None


def _put_in(aws: Aws, resource: Resource) -> Collection[str]:
    """Put keys into a secret beside those that it holds; return the fingerprints of all."""
    wanted: dict[str, str] = json.loads(_content(resource))
    for _ in range(ATTEMPTS):
        held = private_keys(aws, resource.name)
        if wanted.items() <= held.items():
            return held
        # There is no ETag for what a secret holds: another writer may have read the same. So look again.
        content = json.dumps({**held, **wanted})
        aws.call("secretsmanager", "PutSecretValue", SecretId=resource.name, SecretString=content)
    raise AwsError(f"Secret {resource.name} does not hold what is put into it. Run this again.", "Conflict")


def _is_users(existing: Existing) -> bool:
    return PREFIX_TAG not in (existing.tags or {})


def _content(resource: Resource) -> str:
    return resource.attachments["SecretString"].decode()


def _tags(resource: Resource, fingerprints: Collection[str]) -> dict[str, str]:
    return {**resource.tags, FINGERPRINTS_TAG: " ".join(fingerprints)}


SECRET = Secret("Secret")
