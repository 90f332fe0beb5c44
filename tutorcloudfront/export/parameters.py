"""The parameters of a template, and how they find their places in it.

The desired state is made by the same code as ever, with a letter in place of each value that is to be a parameter. The
letters are of Unicode's private use, which neither host names nor ARNs nor tags can have, so that wherever one turns up
afterwards, alone or within other text, there the parameter belongs.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

FIRST_LETTER = 0xF0000
LETTERS = re.compile(f"[{chr(FIRST_LETTER)}-{chr(FIRST_LETTER + 0xFFFD)}]")


@dataclass(frozen=True)
class Form:
    """What a parameter's value may look like; `message` says it in words."""

    pattern: str
    message: str


_HOST = r"[a-z0-9-]+(\.[a-z0-9-]+)+"
_VIEWER_HOST = rf"(\*\.)?{_HOST}"
HOST = Form(_HOST, "A host name such as learn.example.com")
VIEWER_HOST = Form(_VIEWER_HOST, "A host name such as apps.example.com or *.example.com")
VIEWER_HOST_OR_NOTHING = Form(f"|{_VIEWER_HOST}", "A host name such as cdn.example.com, or nothing")
_CERTIFICATE = r"arn:aws:acm:us-east-1:\d{12}:certificate/[a-z0-9-]+"
CERTIFICATE = Form(_CERTIFICATE, "The ARN of an ACM certificate in us-east-1")
CERTIFICATE_OR_NOTHING = Form(f"|{_CERTIFICATE}", "The ARN of an ACM certificate in us-east-1, or nothing")
WEB_ACL = Form(
    r"|arn:aws:wafv2:us-east-1:\d{12}:global/webacl/.+", "The ARN of a web ACL of scope CLOUDFRONT, or nothing"
)
BUCKET = Form(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "The name of an S3 bucket")
PREFIX = Form(r"[A-Za-z0-9_-]+", "Letters, digits, - and _")


@dataclass(frozen=True)
class Parameter:
    name: str
    default: str
    form: Form
    description: str
    max_length: int | None = None

    def document(self) -> dict[str, t.Any]:
        """Return it as it stands in a template."""
        limit = {"MaxLength": self.max_length} if self.max_length else {}
        return {
            "Type": "String",
            "Description": self.description,
            "Default": self.default,
            "AllowedPattern": f"^({self.form.pattern})$",
            "ConstraintDescription": self.form.message,
            **limit,
        }


class Parameters:
    """Those that a template has, in the order in which they were added."""

    def __init__(self) -> None:
        self._by_name: dict[str, Parameter] = {}

    def __len__(self) -> int:
        return len(self._by_name)

    def add(self, parameter: Parameter) -> str:
        """Return the letter that stands for a parameter; the same for one that is there already."""
        self._by_name.setdefault(parameter.name, parameter)
        return chr(FIRST_LETTER + list(self._by_name).index(parameter.name))

    def documents(self) -> dict[str, t.Any]:
        return {name: parameter.document() for name, parameter in self._by_name.items()}

    def placed(self, value: t.Any) -> t.Any:
        """Return a value with references to parameters in place of their letters."""
        if isinstance(value, Mapping):
            return {key: self.placed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.placed(item) for item in value]
        return self._text(value) if isinstance(value, str) and LETTERS.search(value) else value

    def _text(self, text: str) -> dict[str, str]:
        if LETTERS.fullmatch(text):
            return {"Ref": self._name(text)}
        literal = text.replace("${", "${!")
        return {"Fn::Sub": LETTERS.sub(lambda match: f"${{{self._name(match[0])}}}", literal)}

    def _name(self, letter: str) -> str:
        return list(self._by_name)[ord(letter) - FIRST_LETTER]
