"""How the sandbox says no."""

from __future__ import annotations


class Refused(Exception):
    """What AWS would answer in place of doing it: an error code of its API, and a message.

    Codes and their HTTP status are those of botocore's model of CloudFront, and so are the messages that AWS
    is known to send: https://docs.aws.amazon.com/cloudfront/latest/APIReference/CommonErrors.html
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def refuse_if(condition: object, code: str, message: str) -> None:
    """Raise `Refused` when `condition` holds."""
    if condition:
        raise Refused(code, message)


def invalid_if(condition: object, message: str) -> None:
    """Raise `Refused` with InvalidArgument, AWS's code for most things, when `condition` holds."""
    refuse_if(condition, "InvalidArgument", message)
