"""CLOUDFRONT_* → checked settings.

`check` is the way in. What it returns has been looked at value by value, so that the code behind it need not ask again.
"""

from __future__ import annotations

from tutorcloudfront.settings.errors import SettingsError
from tutorcloudfront.settings.jwt import Jwt
from tutorcloudfront.settings.model import CacheConfig, ExtraDomain, SavedDistribution, Settings, SigningKey
from tutorcloudfront.settings.reading import check

__all__ = ["CacheConfig", "ExtraDomain", "Jwt", "SavedDistribution", "Settings", "SettingsError", "SigningKey", "check"]
