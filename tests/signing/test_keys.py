"""Key pairs that CloudFront takes, and no others."""

from __future__ import annotations

import re
import traceback

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from tests.signing.examples import DIRECTORY, END, KEY_ID, NOW, URL, passes, private_key, request
from tutorcloudfront.signing import KeyPairError, Signer, keys

AnyKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | dsa.DSAPrivateKey


def pem(
    key: AnyKey,
    form: PrivateFormat = PrivateFormat.PKCS8,
    encryption: serialization.KeySerializationEncryption | None = None,
) -> str:
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS)
class TestGenerated:
    def test_is_taken_for_its_algorithm(self, algorithm: str) -> None:
        made = keys.generate(algorithm)
        assert made.startswith("-----BEGIN PRIVATE KEY-----\n")
        keys.check(made, algorithm)
        assert keys.generate(algorithm) != made

    def test_has_a_public_half_with_a_fingerprint(self, algorithm: str) -> None:
        public = keys.public_key(private_key(algorithm))
        assert public.startswith("-----BEGIN PUBLIC KEY-----\n")
        assert len(keys.fingerprint(public)) == 16
        assert set(keys.fingerprint(public)) <= set("0123456789abcdef")
        assert keys.fingerprint(public) != keys.fingerprint(keys.public_key(keys.generate(algorithm)))

    def test_fingerprint_is_the_same_however_the_key_is_ended(self, algorithm: str) -> None:
        public = keys.public_key(private_key(algorithm))
        for other in (public.strip(), public + "\n\n", public.replace("\n", "\r\n"), public.encode()):
            assert keys.fingerprint(other) == keys.fingerprint(public)


class TestForms:
    @pytest.mark.parametrize("algorithm", keys.ALGORITHMS)
    @pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
    def test_of_pem(self, form: PrivateFormat, algorithm: str) -> None:
        text = pem(keys.load(private_key(algorithm), algorithm), form)
        assert ("-----BEGIN PRIVATE KEY" in text) == (form is PrivateFormat.PKCS8)
        for given in (text, text.encode(), text.strip(), text.replace("\n", "\r\n"), text.replace("\n", " ")):
            cookies = Signer(KEY_ID, given, algorithm, clock=lambda: NOW).cookies(DIRECTORY, END)
            assert passes(request(URL, cookies), algorithm)

    def test_with_parameters_before_it_as_openssl_writes_it(self) -> None:
        key = pem(keys.load(private_key("ecdsa-sha256"), "ecdsa-sha256"), PrivateFormat.TraditionalOpenSSL)
        keys.check(
            f"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{key}", "ecdsa-sha256"
        )


RSA = private_key("rsa-sha1")


class TestRefused:
    @pytest.mark.parametrize(
        ("key", "algorithm", "told"),
        [
            (RSA, "ecdsa-sha256", "the key is for rsa-sha1 or rsa-sha256, and not for ecdsa-sha256"),
            (private_key("ecdsa-sha256"), "rsa-sha1", "the key is for ecdsa-sha256, and not for rsa-sha1"),
            (pem(rsa.generate_private_key(65537, 1024)), "rsa-sha1", "RSA keys of 2048 bits"),
            (pem(rsa.generate_private_key(65537, 3072)), "rsa-sha256", "RSA keys of 2048 bits"),
            (pem(ec.generate_private_key(ec.SECP384R1())), "ecdsa-sha256", "curve P-256"),
            (pem(ec.generate_private_key(ec.SECP256K1())), "ecdsa-sha256", "curve P-256"),
            (pem(ed25519.Ed25519PrivateKey.generate()), "ecdsa-sha256", "curve P-256"),
            (pem(keys.load(RSA, "rsa-sha1"), encryption=BestAvailableEncryption(b"x")), "rsa-sha1", "encrypted"),
            (
                pem(keys.load(RSA, "rsa-sha1"), PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"x")),
                "rsa-sha1",
                "encrypted",
            ),
            (keys.public_key(RSA), "rsa-sha1", "this is a public key"),
            (RSA.replace("\n", "\\n"), "rsa-sha1", "true ends of lines"),
            (RSA[:-200], "rsa-sha1", "with all of its lines"),
            (RSA.replace(RSA.splitlines()[5], RSA.splitlines()[6]), "rsa-sha1", "with all of its lines"),
            ("/etc/cloudfront.pem", "rsa-sha1", "must be in PEM"),
            ("clé \ud800", "rsa-sha1", "must be in PEM"),
            ("", "rsa-sha1", "must be in PEM"),
            (b"\x00\xff", "rsa-sha1", "must be in PEM"),
            (None, "rsa-sha1", "text or bytes"),
            (17, "rsa-sha1", "text or bytes"),
            (RSA, "RSA-SHA1", "one of rsa-sha1, rsa-sha256, ecdsa-sha256"),
            (RSA, "ecdsa-sha1", "one of rsa-sha1, rsa-sha256, ecdsa-sha256"),
            (RSA, None, "one of rsa-sha1, rsa-sha256, ecdsa-sha256"),
            (RSA, ["rsa-sha1"], "one of rsa-sha1, rsa-sha256, ecdsa-sha256"),
        ],
        ids=range(23),
    )
    def test_with_what_would_be_right_and_without_the_key(self, key: str, algorithm: str, told: str) -> None:
        for refuse in (keys.check, lambda key, algorithm: Signer(KEY_ID, key, algorithm)):
            with pytest.raises(KeyPairError, match=told) as error:
                refuse(key, algorithm)
            shown = "".join(traceback.format_exception(error.value))
            assert not [line for line in re.findall(r"[A-Za-z0-9+/]{40,}", str(key)) if line in shown]
            assert error.value.__cause__ is None
            assert error.value.__suppress_context__ or error.value.__context__ is None

    @pytest.mark.parametrize("public", ["", "nothing", RSA, None, keys.public_key(RSA)[:-60]])
    def test_fingerprint_of_what_is_no_public_key(self, public: str) -> None:
        with pytest.raises(KeyPairError):
            keys.fingerprint(public)

    def test_algorithm_of_a_key_to_be_made(self) -> None:
        with pytest.raises(KeyPairError, match="one of"):
            keys.generate("rsa")
