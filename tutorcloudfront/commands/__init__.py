"""`tutor cloudfront …`: one file a command. What is heavy is imported inside the commands, not with them."""

from __future__ import annotations

from tutorcloudfront.commands.create import create_cloudfront_resources
from tutorcloudfront.commands.group import cloudfront
from tutorcloudfront.commands.plan import plan
from tutorcloudfront.commands.sandbox import sandbox

__all__ = ["cloudfront"]

for command in (create_cloudfront_resources, plan, sandbox):
    cloudfront.add_command(command)
