"""Whose tokens are good at the edge."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from pydantic import Field, model_validator
from typing_extensions import Self

from tutorcloudfront.settings import values
from tutorcloudfront.settings.base import Frozen

OWN_ISSUER = ("issuer", "audience", "jwks")
COGNITO = ("cognito_user_pool_id", "cognito_client_id")

Form = t.Literal["lms", "cognito", "issuer"]


class Jwt(Frozen):
    """An issuer, described by its `issuer`, `audience` and `jwks`, or by a user pool of Amazon Cognito's and its clients.

    With nothing of both, it is the LMS.
    """

    issuer: values.Text = ""
    audience: values.Names = ()
    #: An https URL, or the document that would be there.
    jwks: values.Jwks = ""
    algorithms: values.Algorithms = ()
    token_use: values.TokenUse = ""
    required_claims: t.Annotated[dict[values.ClaimName, values.Claim], values.EMPTY_MAPPING] = Field(
        default_factory=dict
    )
    cognito_user_pool_id: values.UserPoolId = ""
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
