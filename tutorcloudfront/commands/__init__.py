"""`tutor cloudfront …`: one file a command. What is heavy is imported inside the commands, not with them."""

from __future__ import annotations

from tutorcloudfront.commands.group import cloudfront

__all__ = ["cloudfront"]
