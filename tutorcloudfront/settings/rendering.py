"""Render what Tutor left unrendered.

Tutor renders the configuration in one pass and in the order of its keys. `{{ MFE_HOST }}` in a setting of this plugin, which
loads before tutor-mfe, so becomes `apps.{{ LMS_HOST }}`: `render_full` in
https://github.com/overhangio/tutor/blob/release/tutor/config.py
"""

from __future__ import annotations

import typing as t

from tutor import env
from tutor.types import Config

from tutorcloudfront.settings.errors import Loc, quoted

MAX_ROUNDS = 5
#: No setting is nested any deeper, and YAML can nest without end: `&a [*a]`.
MAX_DEPTH = 4
SECRETS = {"aws_secret_access_key", "signing_keys", "jwt_rsa_private_key"}


def render_again(config: Config, value: t.Any, loc: Loc, errors: dict[Loc, str]) -> t.Any:
    """Return the value with all its templates rendered; where one cannot be, it stays, and `errors` says why."""
    # Of what should be a secret and is a mapping, the keys may be secret as well.
    is_open = len(loc) <= MAX_DEPTH and loc[0] not in SECRETS
    if is_open and isinstance(value, dict):
        return {key: render_again(config, item, (*loc, key), errors) for key, item in value.items()}
    if is_open and isinstance(value, list):
        return [render_again(config, item, (*loc, index), errors) for index, item in enumerate(value)]
    if isinstance(value, str):
        return _text(config, value, loc, errors)
    return value


def _text(config: Config, text: str, loc: Loc, errors: dict[Loc, str]) -> str:
    for _ in range(MAX_ROUNDS):
        if not _is_template(text):
            return text
        try:
            text = str(env.render_unknown(config, text))
        except Exception as error:  # a template can raise anything
            # Of a secret nothing is told, since the exception may quote what it stumbled over.
            reason = "" if loc[0] in SECRETS else f": {type(error).__name__}: {quoted(str(error))}"
            errors[loc] = f"cannot be rendered{reason}"
            return text
    if _is_template(text):
        errors[loc] = f"still holds a template after {MAX_ROUNDS} renderings; does it refer to itself?"
    return text


def _is_template(text: str) -> bool:
    return "{{" in text or "{%" in text
