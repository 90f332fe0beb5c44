"""Origin access controls, public keys and key groups."""

from __future__ import annotations

from tutorcloudfront.sandbox.configs import Config
from tutorcloudfront.sandbox.refusal import invalid_if, refuse_if
from tutorcloudfront.sandbox.rules.common import check_name, check_named
from tutorcloudfront.sandbox.store import Resource, Store

MAX_ACCESS_CONTROL_NAME = 64
MAX_KEYS_IN_GROUP = 5
RSA_BITS = 2048


def check_access_control(_store: Store, config: Config, _old: Resource | None) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html"""
    # AWS's console names them by the host of the bucket, dots and all.
    check_name(config["Name"].replace(".", "-"), MAX_ACCESS_CONTROL_NAME)
    invalid_if(len(config["Description"]) > 256, "The parameter Description is too long: at most 256 characters.")


def check_public_key(store: Store, config: Config, old: Resource | None) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_PublicKeyConfig.html"""
    check_named(config)
    if old:
        changed = {name for name in config if config[name] != old.config.get(name)}
        refuse_if(
            changed - {"Comment"},
            "CannotChangeImmutablePublicKeyFields",
            "You can't change the value of a public key.",
        )
        return
    references = {key.config["CallerReference"] for key in store.custom("PublicKey")}
    refuse_if(
        config["CallerReference"] in references,
        "PublicKeyAlreadyExists",
        "The caller reference that you are using to create a public key is associated with another public key.",
    )
    _check_encoded_key(config["EncodedKey"])


def check_key_group(store: Store, config: Config, _old: Resource | None) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_KeyGroupConfig.html"""
    check_named(config)
    keys = config["Items"]
    invalid_if(not keys, "The parameter Items must not be empty.")
    invalid_if(len(set(keys)) < len(keys), "The parameter Items contains duplicates.")
    refuse_if(
        len(keys) > MAX_KEYS_IN_GROUP,
        "TooManyPublicKeysInKeyGroup",
        "The number of public keys in this key group is more than the maximum allowed.",
    )
    for key in keys:
        invalid_if(key not in store.of_kind("PublicKey"), f"The parameter Items: there is no public key {key}.")


def _check_encoded_key(pem: str) -> None:
    """RSA with 2048 bits, or ECDSA on P-256.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
    """
    # Comes with the extra, like moto, and takes a while to import.
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    message = "The parameter EncodedKey is not a PEM-encoded public key of RSA 2048 or ECDSA P-256."
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError:
        key = None
    fits = (isinstance(key, rsa.RSAPublicKey) and key.key_size == RSA_BITS) or (
        isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    )
    invalid_if(not fits, message)
