"""`tutor cloudfront …`: one file a command. What is heavy is imported inside the commands, not with them."""

from __future__ import annotations

from tutorcloudfront.commands.create import create_cloudfront_resources
from tutorcloudfront.commands.destroy import destroy
from tutorcloudfront.commands.doctor import doctor
from tutorcloudfront.commands.export import export
from tutorcloudfront.commands.group import cloudfront
from tutorcloudfront.commands.invalidate import invalidate
from tutorcloudfront.commands.plan import plan
from tutorcloudfront.commands.sandbox import sandbox
from tutorcloudfront.commands.status import status

__all__ = ["cloudfront"]

for command in (create_cloudfront_resources, plan, destroy, invalidate, sandbox, status, doctor, export):
    cloudfront.add_command(command)
