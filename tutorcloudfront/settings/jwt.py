"""Whose tokens are good at the edge."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, model_validator
from typing_extensions import Self

from tutorcloudfront.settings import values
from tutorcloudfront.settings.base import Frozen
from tutorcloudfront.settings.errors import kind_of, quoted

OWN_ISSUER = ("issuer", "audience", "jwks")
COGNITO = ("cognito_user_pool_id", "cognito_client_id")

Form = t.Literal["lms", "cognito", "issuer"]
#: What a claim of a token must be.
ClaimValue = str | bool | int | tuple[str | bool | int, ...] | None


def jwks(value: object) -> str | Mapping[str, t.Any]:
    """Return the https URL of a key set, or a key set: https://www.rfc-editor.org/rfc/rfc7517#section-5"""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return _key_set_url(value.strip())
    if not isinstance(value, Mapping):
        raise ValueError(f"must be an https URL, or a mapping with a list of keys, not {kind_of(value)}")
    return _key_set(value)


def _key_set_url(value: str) -> str:
    if not re.fullmatch(r"https://[a-zA-Z0-9.-]+(:[0-9]{1,5})?(/[\x21\x24-\x7e]*)?", value):
        raise ValueError(
            "must be an https URL without user name and fragment, such as 'https://id.example.com/jwks.json'"
        )
    return value


def _key_set(value: Mapping[str, t.Any]) -> Mapping[str, t.Any]:
    """Return a key set that has a key to verify with; nothing is quoted here, since there may be a secret in it."""
    # Imported where there is one, as most platforms have none.
    from tutorcloudfront.edge.config import public_keys

    keys = value.get("keys")
    if not isinstance(keys, list):
        raise ValueError("must be a key set, with a list under keys")
    if any(isinstance(key, Mapping) and {"d", "k"} & key.keys() for key in keys):
        raise ValueError("must have public keys only, and one of its keys is a private or a secret one")
    if not public_keys(value):
        raise ValueError("must have an RSA key of 2048 to 4096 bits, for RS256, RS384 or RS512")
    return value


def token_use(value: str) -> str:
    """Return "" or what the claim `token_use` of a token must be."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", value):
        raise ValueError(f"must be a word such as 'access' or 'id', not {quoted(value)}")
    return value


def user_pool_id(value: str) -> str:
    """Return "" or the id of a user pool of Amazon Cognito's, which begins with its region."""
    if value and not re.fullmatch(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}_[A-Za-z0-9]+", value):
        raise ValueError(f"must be the id of a user pool such as 'us-east-1_AbCdEfGhI', not {quoted(value)}")
    return value


def claim(value: object) -> ClaimValue:
    """Return what a claim must be: one value, one of several, or `None` for any."""
    if isinstance(value, (list, tuple)) and value:
        return tuple(_claim_value(item) for item in value)
    return None if value is None else _claim_value(value)


def _claim_value(value: object) -> str | bool | int:
    if not isinstance(value, (str, bool, int)):
        raise ValueError(
            "must be text, a whole number, true or false, a list of these of which one is enough, or null for any value, "
            f"not {kind_of(value)}"
        )
    return value


Algorithms = t.Annotated[tuple[t.Literal["RS256", "RS384", "RS512"], ...], BeforeValidator(values.names)]
Jwks = t.Annotated[str | Mapping[str, t.Any], PlainValidator(jwks)]
TokenUse = t.Annotated[values.Text, AfterValidator(token_use)]
UserPoolId = t.Annotated[values.Text, AfterValidator(user_pool_id)]
Claim = t.Annotated[ClaimValue, PlainValidator(claim)]


class Jwt(Frozen):
    """An issuer, described by its `issuer`, `audience` and `jwks`, or by a user pool of Amazon Cognito's and its clients.

    With nothing of both, it is the LMS.
    """

    issuer: values.Text = ""
    audience: values.Names = ()
    #: An https URL, or the document that would be there.
    jwks: Jwks = ""
    algorithms: Algorithms = ()
    token_use: TokenUse = ""
    required_claims: t.Annotated[dict[values.Name, Claim], values.EMPTY_MAPPING] = Field(default_factory=dict)
    cognito_user_pool_id: UserPoolId = ""
    cognito_client_id: values.Names = ()

    @property
    def form(self) -> Form:
        if any(getattr(self, name) for name in COGNITO):
            return "cognito"
        return "issuer" if any(getattr(self, name) for name in OWN_ISSUER) else "lms"

    @property
    def document(self) -> Mapping[str, t.Any] | None:
        """The key set, where the settings have it and not only say where it is."""
        return None if isinstance(self.jwks, str) else self.jwks

    @model_validator(mode="after")
    def _one_issuer(self) -> Self:
        if errors := list(self._errors()):
            raise ValueError("; ".join(errors))
        return self

    def _errors(self) -> Iterator[str]:
        given = [name for name in (*OWN_ISSUER, *COGNITO) if getattr(self, name)]
        needed = {"lms": (), "cognito": COGNITO, "issuer": OWN_ISSUER}[self.form]
        if missing := [name for name in needed if name not in given]:
            yield f"needs {' and '.join(missing)} beside {' and '.join(given)}"
        if self.form == "cognito":
            if beside := [name for name in ("issuer", "audience") if name in given]:
                yield f"must not have {' or '.join(beside)} beside {COGNITO[0]}, from which it follows"
            if self.jwks and self.document is None:
                yield f"must not have the URL of jwks beside {COGNITO[0]}, from which it follows"
        if self.form == "lms" and self.algorithms:
            yield "must not have algorithms for the LMS's own tokens, which are signed by RS512"
