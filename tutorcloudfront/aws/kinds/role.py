"""IAM roles of functions: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html

AWS's list of roles shows neither policies nor tags. Their digest is in the description, which is written last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from tutorcloudfront.aws.client import Answer, Aws
from tutorcloudfront.aws.errors import AwsError, unless
from tutorcloudfront.aws.kinds.base import Existing, Kind
from tutorcloudfront.resources.differences import Difference
from tutorcloudfront.resources.edge import ALL_PATHS, POLICY, role_path
from tutorcloudfront.resources.resource import Resource
from tutorcloudfront.resources.tags import tag_list, unwanted

MISSING = "NoSuchEntity"
BEING_MADE = "tutor-contrib-cloudfront is making this role"


class Role(Kind):
    def all(self, aws: Aws) -> list[Existing]:
        """Return the roles of all platforms of the account."""
        return [self.existing(item) for item in _pages(aws)]

    def existing(self, item: Answer) -> Existing:
        config = {name: item.get(name, "") for name in ("Path", "Description")}
        return Existing(self.name, item["RoleName"], item["RoleName"], item["Arn"], config)

    def differences(self, resource: Resource, existing: Existing) -> tuple[Difference, ...]:
        wanted, actual = resource.config["Description"], existing.config["Description"]
        return (Difference("Description", actual, wanted),) if wanted != actual else ()

    def create(self, aws: Aws, resource: Resource) -> Existing:
        config = resource.config
        try:
            made = aws.call(
                "iam",
                "CreateRole",
                RoleName=resource.name,
                Path=config["Path"],
                Description=BEING_MADE,
                AssumeRolePolicyDocument=json.dumps(config["AssumeRolePolicyDocument"]),
                Tags=tag_list(resource.tags),
            )
        except AwsError as e:
            if e.code != "EntityAlreadyExists":
                raise
            made = aws.call("iam", "GetRole", RoleName=resource.name)
        return self.update(aws, resource, self.existing(made["Role"]))

    def update(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:
        """Put everything right, whatever of it differs.

        Raises:
            AwsError: AWS refuses, or the role is somebody else's.
        """
        name, config = resource.name, resource.config
        if existing.config["Path"] != config["Path"]:
            raise AwsError(
                f"IAM role {name} is not this platform's: its path is not {config['Path']}. Delete it, or set another "
                "CLOUDFRONT_RESOURCE_PREFIX.",
                "ForeignResource",
            )
        if not self.differences(resource, existing):
            return existing
        aws.call(
            "iam",
            "UpdateAssumeRolePolicy",
            RoleName=name,
            PolicyDocument=json.dumps(config["AssumeRolePolicyDocument"]),
        )
        policy = json.dumps(config["PolicyDocument"])
        aws.call("iam", "PutRolePolicy", RoleName=name, PolicyName=POLICY, PolicyDocument=policy)
        aws.call("iam", "TagRole", RoleName=name, Tags=tag_list(resource.tags))
        tags = {tag["Key"]: tag["Value"] for tag in aws.call("iam", "ListRoleTags", RoleName=name)["Tags"]}
        if gone := unwanted(resource.tags, tags):
            aws.call("iam", "UntagRole", RoleName=name, TagKeys=gone)
        aws.call("iam", "UpdateRole", RoleName=name, Description=config["Description"])
        return self.existing({"RoleName": name, "Arn": existing.reference, **config})

    def delete(self, aws: Aws, existing: Existing) -> None:
        with unless(MISSING):
            aws.call("iam", "DeleteRolePolicy", RoleName=existing.name, PolicyName=POLICY)
        with unless(MISSING):
            aws.call("iam", "DeleteRole", RoleName=existing.name)

    def is_ours(self, existing: Existing, prefix: str) -> bool:
        return bool(existing.config["Path"] == role_path(prefix))


def _pages(aws: Aws) -> Iterator[Answer]:
    marker = None
    while True:
        answer = aws.call("iam", "ListRoles", PathPrefix=ALL_PATHS, Marker=marker)
        yield from answer["Roles"]
        marker = answer.get("Marker")
        if not answer.get("IsTruncated"):
            return


ROLE = Role("Role")
