"""What can be wrong with what one wants signed. No message tells a key, nor a URL with what may be secret in it."""

from __future__ import annotations


class SigningError(ValueError):
    """Nothing was signed, and the message says what would be right."""


class UrlError(SigningError):
    """A URL or resource that no viewer can ask for as it stands, or that CloudFront would refuse."""


class TimeError(SigningError):
    """A time that is none, is over, or comes in the wrong order."""


class AddressError(SigningError):
    """Something else than one range of IPv4 addresses."""


class KeyPairError(SigningError):
    """A key, a key's id or an algorithm that CloudFront does not take, or that do not fit each other."""
