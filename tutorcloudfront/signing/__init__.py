"""Signed URLs and cookies for content that CloudFront gives only to whom may have it.

Needs nothing but the `cryptography` package, so that services beside Tutor, and the LMS itself, can use it.
"""

from tutorcloudfront.signing.errors import AddressError, KeyPairError, SigningError, TimeError, UrlError
from tutorcloudfront.signing.signer import Signer

__all__ = ["AddressError", "KeyPairError", "Signer", "SigningError", "TimeError", "UrlError"]
