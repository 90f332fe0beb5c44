"""Attacks on the verification of tokens, each of which must come to nothing.

https://www.rfc-editor.org/rfc/rfc8725
"""

from __future__ import annotations

import base64
import hmac
import json
import time
import typing as t
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from tests.edge_functions.events import authorizer, event, header, passed, with_token
from tests.edge_functions.tokens import AUDIENCE, ISSUER, Issuer, config_of, encoded, jwk, private_key, signed
from tutorcloudfront.edge.authorizer.keys import MAX_KEYS
from tutorcloudfront.edge.authorizer.rsa import ALGORITHMS, PublicKey
from tutorcloudfront.edge.config import AuthorizerConfig, InvalidConfig

GOOD = Issuer()
ATTACKER = Issuer(key=private_key("attacker"))
BYTES = {"RS256": 32, "RS384": 48, "RS512": 64}


def refused(token: str, config: AuthorizerConfig | None = None) -> str:
    """Assert that a token does not get anybody in, and return why."""
    result = authorizer(config or config_of())(with_token(token))
    assert not passed(result)
    assert result["status"] == "401"
    challenge = header(result, "WWW-Authenticate")
    assert challenge is not None
    assert challenge.startswith('Bearer error="invalid_token", error_description="')
    return challenge.split('"')[3]


def parts(token: str) -> list[str]:
    return token.split(".")


def resigned(signature: bytes, token: str | None = None) -> str:
    """Return a good token with another signature."""
    return ".".join([*parts(token or GOOD.token())[:2], encoded(signature)])


def signature_of(token: str) -> bytes:
    return base64.urlsafe_b64decode(parts(token)[2] + "==")


def test_good_token_passes() -> None:
    assert passed(authorizer(config_of())(with_token(GOOD.token())))


class TestAlgorithm:
    @pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "none ", " none", "", "no\x00ne", "\uff4eone"])
    @pytest.mark.parametrize("signature", ["", "AA", None], ids=["unsigned", "short", "signed"])
    def test_none_in_all_spellings(self, alg: str, signature: str | None) -> None:
        first, second, third = parts(GOOD.token({"alg": alg}))
        refused(f"{first}.{second}.{third if signature is None else signature}")

    @pytest.mark.parametrize("alg", [None, True, 256, ["RS256"], {"RS256": "RS256"}])
    def test_that_is_no_text(self, alg: t.Any) -> None:
        refused(GOOD.token({"alg": alg}))

    @pytest.mark.parametrize("algorithm", ["HS256", "hs256"])
    def test_hs256_with_the_public_key_for_a_secret(self, algorithm: str) -> None:
        public = private_key().public_key()
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        secrets = [
            public.public_bytes(serialization.Encoding.PEM, spki),
            public.public_bytes(serialization.Encoding.PEM, spki).strip(),
            public.public_bytes(serialization.Encoding.DER, spki),
            json.dumps(jwk(private_key())).encode(),
            b"",
        ]
        message = ".".join(parts(GOOD.token({"alg": algorithm}))[:2])
        for secret in secrets:
            refused(f"{message}.{encoded(hmac.digest(secret, message.encode(), sha256))}")

    @pytest.mark.parametrize("algorithm", ["RS384", "RS512"])
    def test_that_is_not_configured(self, algorithm: str) -> None:
        assert "another way" in refused(GOOD.token({"alg": algorithm}))
        assert passed(authorizer(config_of(algorithms=(algorithm,)))(with_token(GOOD.token({"alg": algorithm}))))

    def test_that_is_not_the_key_s_own(self) -> None:
        config = config_of(jwks={"keys": [jwk(private_key(), alg="RS256")]}, algorithms=("RS256", "RS512"))
        refused(GOOD.token({"alg": "RS512"}), config)
        assert passed(authorizer(config)(with_token(GOOD.token())))

    def test_pss_with_the_same_key(self) -> None:
        message = ".".join(parts(GOOD.token({"alg": "PS256"}))[:2])
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        refused(f"{message}.{encoded(private_key().sign(message.encode(), pss, hashes.SHA256()))}")

    def test_ecdsa_of_the_attacker(self) -> None:
        message = ".".join(parts(GOOD.token({"alg": "ES256"}))[:2])
        signature = ec.generate_private_key(ec.SECP256R1()).sign(message.encode(), ec.ECDSA(hashes.SHA256()))
        refused(f"{message}.{encoded(signature)}")

    def test_digest_of_another_algorithm(self) -> None:
        message = ".".join(parts(GOOD.token())[:2])
        signature = private_key().sign(message.encode(), padding.PKCS1v15(), hashes.SHA512())
        assert refused(f"{message}.{encoded(signature)}") == "The signature is wrong"


class TestKey:
    def test_attacker_s_own_under_the_same_name(self) -> None:
        assert refused(ATTACKER.token()) == "The signature is wrong"

    def test_injected_by_jwk(self) -> None:
        refused(ATTACKER.token({"jwk": jwk(ATTACKER.key)}))
        refused(ATTACKER.token({"jwk": jwk(ATTACKER.key), "kid": None}))

    @pytest.mark.parametrize("name", ["jku", "x5u"])
    def test_injected_by_url(self, name: str, no_network: None) -> None:
        refused(ATTACKER.token({name: "https://attacker.example.com/jwks.json"}))
        refused(ATTACKER.token({name: "https://attacker.example.com/jwks.json", "kid": None}))

    @pytest.mark.parametrize("name", ["x5c", "x5t", "x5t#S256"])
    def test_injected_by_certificate(self, name: str) -> None:
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        der = ATTACKER.key.public_key().public_bytes(serialization.Encoding.DER, spki)
        refused(ATTACKER.token({name: [base64.b64encode(der).decode()]}))

    def test_what_a_good_token_says_of_keys_is_not_looked_at(self, no_network: None) -> None:
        token = GOOD.token({"jku": "https://attacker.example.com/", "jwk": jwk(ATTACKER.key), "x5c": ["AA=="]})
        assert passed(authorizer(config_of())(with_token(token)))

    def test_unknown(self) -> None:
        assert refused(GOOD.token({"kid": "second"})) == "The token is signed with an unknown key"

    @pytest.mark.parametrize(
        "kid",
        [
            "../../../../dev/null",
            "/dev/null",
            "file:///proc/sys/kernel/randomize_va_space",
            "https://attacker.example.com/key",
            "first' UNION SELECT 'secret",
            "first\x00",
            "first|/usr/bin/id",
            "FIRST",
            "",
            "a" * 4000,
        ],
    )
    def test_id_that_is_a_path_or_worse(self, kid: str, no_network: None) -> None:
        refused(ATTACKER.token({"kid": kid}))
        refused(GOOD.token({"kid": kid}))

    @pytest.mark.parametrize("kid", [0, True, ["first"], {"kid": "first"}, 1.5])
    def test_id_that_is_no_text(self, kid: t.Any) -> None:
        refused(GOOD.token({"kid": kid}))

    def test_without_a_name_where_there_are_several(self) -> None:
        two = config_of(jwks={"keys": [jwk(private_key()), jwk(private_key("second"), "second")]})
        refused(GOOD.token({"kid": None}), two)
        assert passed(authorizer(two)(with_token(GOOD.token())))

    def test_named_as_another_one_of_the_issuer(self) -> None:
        two = config_of(jwks={"keys": [jwk(private_key()), jwk(private_key("second"), "second")]})
        assert refused(GOOD.token({"kid": "second"}), two) == "The signature is wrong"

    @pytest.mark.parametrize(
        ("jwks", "error"),
        [
            ([jwk(private_key("short", 1024))], "2048 to 4096 bits"),
            ([jwk(private_key("cubic", 2048, 3))], "exponent"),
            ([{**jwk(private_key()), "e": encoded(b"\x01")}], "exponent"),
            ([{**jwk(private_key()), "e": encoded(b"\x01\x00\x00")}], "exponent"),
            ([{**jwk(private_key()), "e": encoded(b"\x01\x00\x02")}], "exponent"),
            ([{**jwk(private_key()), "e": encoded(b"\xff" * 8)}], "exponent"),
            ([{**jwk(private_key()), "n": encoded(b"\x80" + bytes(255))}], "bits"),
            ([{**jwk(private_key()), "n": encoded(b"\x80" + bytes(1023) + b"\x01")}], "bits"),
            ([{**jwk(private_key()), "kid": 1}], "kid"),
            ([{**jwk(private_key()), "use": "enc"}], "not for signatures"),
            ([{**jwk(private_key()), "key_ops": ["encrypt"]}], "not for signatures"),
            ([{**jwk(private_key()), "alg": "RSA-OAEP"}], "alg"),
            ([{**jwk(private_key()), "n": None}], "missing"),
            ([{"kty": "oct", "k": encoded(b"secret"), "alg": "HS256"}], "no RSA key"),
            ([{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}], "no RSA key"),
            (["first"], "no JWK"),
            ([], "empty"),
            (None, "empty"),
        ],
    )
    def test_that_is_too_weak_or_for_something_else_is_not_packaged(self, jwks: t.Any, error: str) -> None:
        with pytest.raises(InvalidConfig, match=f"^jwks: has no key that can be used: .*{error}"):
            config_of(jwks={"keys": jwks})

    def test_without_a_name_is_tried_with_so_many_and_no_more(self) -> None:
        several = [jwk(private_key("second"), None)] * (MAX_KEYS - 1)
        first = jwk(private_key(), None)
        token = GOOD.token({"kid": None})
        assert passed(authorizer(config_of(jwks={"keys": [*several, first]}))(with_token(token)))
        refused(token, config_of(jwks={"keys": [*several, several[0], first]}))

    @pytest.mark.parametrize("bits", [2048, 3072, 4096])
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_that_is_good(self, bits: int, algorithm: str) -> None:
        key = private_key(f"{bits}", bits)
        config = config_of(jwks={"keys": [jwk(key)]}, algorithms=(algorithm,))
        assert passed(authorizer(config)(with_token(Issuer(key=key).token({"alg": algorithm}))))


class TestSignature:
    def test_of_another_token(self) -> None:
        assert refused(resigned(signature_of(GOOD.token(sub="user-2")))) == "The signature is wrong"

    def test_of_other_claims(self) -> None:
        first, _, third = parts(GOOD.token())
        assert refused(f"{first}.{encoded(GOOD.claims_with(sub='admin'))}.{third}") == "The signature is wrong"

    def test_of_another_header(self) -> None:
        _, second, third = parts(GOOD.token())
        assert refused(f"{encoded({'alg': 'RS256', 'kid': 'first'})}.{second}.{third}") == "The signature is wrong"

    @pytest.mark.parametrize(
        "change",
        [
            lambda signature: b"",
            lambda signature: signature[:-1],
            lambda signature: signature + b"\x00",
            lambda signature: b"\x00" + signature,
            lambda signature: bytes(256),
            lambda signature: bytes(255) + b"\x01",
            lambda signature: b"\xff" * 256,
            lambda signature: signature[::-1],
            lambda signature: signature * 2,
            lambda signature: bytes([signature[0] ^ 1]) + signature[1:],
            lambda signature: signature[:-1] + bytes([signature[-1] ^ 1]),
        ],
    )
    def test_that_is_damaged(self, change: t.Callable[[bytes], bytes]) -> None:
        token = GOOD.token()
        refused(resigned(change(signature_of(token)), token))

    def test_that_is_greater_than_the_modulus(self) -> None:
        token = GOOD.token()
        modulus = private_key().public_key().public_numbers().n
        greater = int.from_bytes(signature_of(token), "big") + modulus
        size = (greater.bit_length() + 7) // 8
        refused(resigned(greater.to_bytes(size, "big"), token))

    @pytest.mark.parametrize(
        "message",
        [
            pytest.param(lambda info: b"\x00\x02" + b"\xff" * (253 - len(info)) + b"\x00" + info, id="block type 2"),
            pytest.param(lambda info: b"\x00\x01" + b"\xff" * 8 + b"\x00" + info + bytes(245 - len(info)), id="left"),
            pytest.param(lambda info: b"\x00\x01" + b"\xfe" * (253 - len(info)) + b"\x00" + info, id="not ff"),
            pytest.param(lambda info: b"\x00\x01" + b"\xff" * (253 - len(info)) + b"\x01" + info, id="no zero"),
            pytest.param(lambda info: b"\x01\x01" + b"\xff" * (253 - len(info)) + b"\x00" + info, id="first byte"),
            pytest.param(lambda info: b"\x00\x01" + b"\xff" * 221 + b"\x00" + info[-32:], id="digest alone"),
            pytest.param(
                # 0500, the parameters, may be left out elsewhere: https://www.rfc-editor.org/rfc/rfc8017#page-64
                lambda info: (
                    b"\x00\x01" + b"\xff" * 204 + b"\x00" + bytes.fromhex("302f300b0609608648016503040201") + info[-34:]
                ),
                id="without parameters",
            ),
            pytest.param(
                lambda info: (
                    b"\x00\x01" + b"\xff" * 100 + b"\x00" + bytes.fromhex("3081b2") + info[2:] + b"\x00" * 102
                )[:256],
                id="long form of a length",
            ),
        ],
    )
    def test_whose_encoded_message_is_not_letter_by_letter(self, message: t.Callable[[bytes], bytes]) -> None:
        token = GOOD.token()
        digest = sha256(".".join(parts(token)[:2]).encode()).digest()
        block = message(bytes.fromhex(ALGORITHMS["RS256"][2]) + digest)
        numbers = private_key().private_numbers()
        # Signed with the real key: what is wrong is the encoding alone.
        signature = pow(int.from_bytes(block, "big") % numbers.public_numbers.n, numbers.d, numbers.public_numbers.n)
        assert len(block) == 256
        assert refused(resigned(signature.to_bytes(256, "big"), token)) == "The signature is wrong"

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_forged_for_a_low_exponent(self, algorithm: str) -> None:
        """A cube root whose cube only begins as an encoded message does, which a lax parser takes for one."""
        # Long enough for the longest digest to leave room for the attacker.
        modulus = private_key("cubic", 3072, 3).public_key().public_numbers().n
        hash_, _, der = ALGORITHMS[algorithm]
        info = bytes.fromhex(der) + hash_(b"message").digest()
        begins = b"\x00\x01" + b"\xff" * 8 + b"\x00" + info
        root = _cube_root_above(int.from_bytes(begins + bytes(384 - len(begins)), "big"))
        cube = pow(root, 3, modulus).to_bytes(384, "big")

        assert cube.startswith(begins[: 11 + len(info)])
        assert not PublicKey(modulus, 3).verifies(algorithm, b"message", root.to_bytes(384, "big"))

    def test_forged_for_a_low_exponent_with_the_digest_at_the_end(self) -> None:
        modulus = private_key("cubic", 2048, 3).public_key().public_numbers().n
        digest = next(d for n in range(1000) if (d := sha256(b"%d" % n).digest())[-1] % 2)
        root = _cube_root_mod_power_of_two(int.from_bytes(digest, "big"), 256)

        assert pow(root, 3, modulus).to_bytes(256, "big")[-32:] == digest
        assert not PublicKey(modulus, 3).verifies("RS256", b"message", root.to_bytes(256, "big"))


def _cube_root_above(number: int) -> int:
    low, high = 0, 1 << (number.bit_length() // 3 + 2)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**3 < number else (low, middle)
    return low


def _cube_root_mod_power_of_two(number: int, bits: int) -> int:
    root = 1
    for bit in range(1, bits):
        if (root**3 - number) % (1 << (bit + 1)):
            root |= 1 << bit
    return root


class TestEncoding:
    @pytest.mark.parametrize("place", [0, 1, 2])
    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(lambda text: f" {text}", id="blank before"),
            pytest.param(lambda text: f"{text} ", id="blank after"),
            pytest.param(lambda text: f"{text[:5]}\n{text[5:]}", id="line end"),
            pytest.param(lambda text: f"{text[:5]}\t{text[5:]}", id="tab"),
            pytest.param(lambda text: f"{text}=", id="padding"),
            pytest.param(lambda text: f"{text}==", id="more padding"),
            pytest.param(lambda text: f"{text}A", id="a letter more"),
            pytest.param(lambda text: f"{text[:5]}*{text[5:]}", id="what is no base64"),
            pytest.param(lambda text: f"{text[:5]}%3D{text[5:]}", id="percent"),
            pytest.param(lambda text: f"{text[:5]}\u0430{text[5:]}", id="cyrillic"),
            pytest.param(lambda text: f"{text[:5]}\x00{text[5:]}", id="zero"),
            pytest.param(lambda text: "", id="nothing"),
        ],
    )
    def test_that_is_not_canonical(self, place: int, change: t.Callable[[str], str]) -> None:
        changed = parts(GOOD.token())
        changed[place] = change(changed[place])
        refused(".".join(changed))

    def test_signature_with_other_trailing_bits(self) -> None:
        token = GOOD.token()
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        # 256 bytes leave 4 bits of the last letter unused.
        last = alphabet[alphabet.index(token[-1]) | 1]
        assert base64.urlsafe_b64decode(parts(token[:-1] + last)[2] + "==") == signature_of(token)
        assert refused(token[:-1] + last) == "The token is malformed"

    def test_signature_in_plain_base64(self) -> None:
        tokens = (GOOD.token(jti=str(number)) for number in range(100))
        token = next(token for token in tokens if {"-", "_"} & set(parts(token)[2]))
        message, _, signature = token.rpartition(".")
        assert refused(f"{message}.{signature.replace('-', '+').replace('_', '/')}") == "The token is malformed"

    @pytest.mark.parametrize(
        "token",
        ["", ".", "..", "...", "a.b", "a.b.c.d", "a.b.c.d.e", "bearer", "null", "eyJhbGciOiJSUzI1NiJ9", "\u2028", "{}"],
    )
    def test_that_is_no_token(self, token: str) -> None:
        refused(token)

    def test_one_part_more(self) -> None:
        refused(f"{GOOD.token()}.")
        refused(f".{GOOD.token()}")
        refused(f"{GOOD.token()}.AA")

    def test_json_serialization(self) -> None:
        first, second, third = parts(GOOD.token())
        refused(json.dumps({"protected": first, "payload": second, "signature": third}))

    @pytest.mark.parametrize(
        "header",
        [
            b'{"alg":"none","alg":"RS256","kid":"first"}',
            b'{"alg":"RS256","kid":"first","kid":"second"}',
            b'["RS256"]',
            b'"RS256"',
            b"null",
            b"",
            b"{",
            b'{"alg":"RS256"}{"alg":"none"}',
            b'{"alg":"RS256","kid":"first","n":NaN}',
            b'{"alg":"RS256","kid":"first","n":-Infinity}',
            b'\xef\xbb\xbf{"alg":"RS256","kid":"first"}',
            b'{"alg":"RS256","kid":"first","a":"\xff"}',
            '{"alg":"RS256","kid":"first"}'.encode("utf-16"),
            b'{"alg":"RS256","kid":"first","a":' + b"[" * 3000 + b"]" * 3000 + b"}",
            b'{"alg":"RS256","kid":"first","a":' + b'{"a":' * 1000,
            b'{"alg":"RS256","kid":"first","a":' + b"1" * 5000 + b"}",
            b"// comment\n{}",
            b"{'alg':'RS256','kid':'first'}",
        ],
    )
    def test_header_that_is_no_object_in_one_reading(self, header: bytes) -> None:
        refused(signed(private_key(), encoded(header), encoded(GOOD.claims_with())))

    @pytest.mark.parametrize(
        "spoil",
        [
            pytest.param(lambda good: good.replace(b"{", b'{"sub":"admin",', 1), id="a name twice"),
            pytest.param(lambda good: b"[" + good + b"]", id="list"),
            pytest.param(lambda good: json.dumps(good.decode()).encode(), id="text"),
            pytest.param(lambda good: good.replace(b"user-1", b"\xff"), id="not UTF-8"),
            pytest.param(lambda good: good[:-1] + b',"a":NaN}', id="no number"),
            pytest.param(lambda good: good[:-1] + b',"a":' + b"[" * 2000 + b"]" * 2000 + b"}", id="deep"),
            pytest.param(lambda good: good[:-1] + b',"a":' + b"9" * 4400 + b"}", id="huge"),
            pytest.param(lambda good: good + b"\x00", id="zero"),
            pytest.param(lambda good: b"", id="nothing"),
        ],
    )
    def test_claims_that_are_no_object_in_one_reading(self, spoil: t.Callable[[bytes], bytes]) -> None:
        good = json.dumps(GOOD.claims_with()).encode()
        header = encoded({"alg": "RS256", "kid": "first"})
        refused(signed(private_key(), header, encoded(spoil(good))))
        assert passed(authorizer(config_of())(with_token(signed(private_key(), header, encoded(good)))))


class TestKind:
    def test_token_within_a_token(self) -> None:
        inner = GOOD.token()
        header = encoded({"alg": "RS256", "kid": "first", "cty": "JWT"})
        refused(signed(private_key(), header, encoded(inner.encode())))
        refused(GOOD.token({"cty": "JWT"}))

    @pytest.mark.parametrize("typ", ["logout+jwt", "dpop+jwt", "secevent+jwt", "JOSE", "", 1, ["JWT"]])
    def test_for_another_purpose(self, typ: t.Any) -> None:
        refused(GOOD.token({"typ": typ}))

    @pytest.mark.parametrize("crit", [["exp"], ["b64"], [], None, "exp"])
    def test_extension_that_must_be_understood(self, crit: t.Any) -> None:
        header = encoded({"alg": "RS256", "kid": "first", "crit": crit, "exp": 1, "b64": True})
        refused(signed(private_key(), header, encoded(GOOD.claims_with())))

    def test_encrypted(self) -> None:
        refused(f"{encoded({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.AA.AA.AA.AA")

    @pytest.mark.parametrize("typ", [None, "JWT", "jwt", "at+jwt", "application/at+jwt"])
    def test_good_types(self, typ: str | None) -> None:
        assert passed(authorizer(config_of())(with_token(GOOD.token({"typ": typ}))))


class TestTimes:
    def test_expired(self) -> None:
        assert refused(GOOD.token(exp=int(time.time()) - 31)) == "The token has expired"
        assert passed(authorizer(config_of())(with_token(GOOD.token(exp=int(time.time()) - 20))))

    def test_without_an_end(self) -> None:
        assert refused(GOOD.token(exp=None)) == "The token's times are not numbers"

    @pytest.mark.parametrize("name", ["nbf", "iat"])
    def test_not_yet_valid(self, name: str) -> None:
        assert refused(GOOD.token({}, **{name: int(time.time()) + 60})) == "The token is not valid yet"
        assert passed(authorizer(config_of())(with_token(GOOD.token({}, **{name: int(time.time()) + 20}))))

    def test_leeway_is_configured(self) -> None:
        assert refused(GOOD.token(exp=int(time.time()) - 1), config_of(leeway=0)) == "The token has expired"

    @pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
    @pytest.mark.parametrize(
        "value", ["9999999999", True, [9999999999], {"a": 1}, -1, 2**53, 10**400, 1e308, "", "now", -0.5], ids=repr
    )
    def test_that_are_no_numbers_or_huge(self, name: str, value: t.Any) -> None:
        refused(GOOD.token(**{name: value}))

    @pytest.mark.parametrize("literal", ["1e999", "-1e999", "NaN", "Infinity", "null", "9" * 4300])
    def test_in_json_that_is_no_number(self, literal: str) -> None:
        claims = json.dumps(GOOD.claims_with(exp="HERE")).replace('"HERE"', literal)
        refused(signed(private_key(), encoded({"alg": "RS256", "kid": "first"}), encoded(claims.encode())))

    def test_with_fractions(self) -> None:
        assert passed(authorizer(config_of())(with_token(GOOD.token(exp=time.time() + 10.5))))


class TestClaims:
    @pytest.mark.parametrize(
        "issuer",
        [
            None,
            "https://attacker.example.com/",
            ISSUER.rstrip("/"),
            ISSUER.upper(),
            f"{ISSUER} ",
            f"{ISSUER}\x00",
            [ISSUER],
            {"iss": ISSUER},
            True,
            "",
        ],
    )
    def test_wrong_issuer(self, issuer: t.Any) -> None:
        assert refused(GOOD.token(iss=issuer)) == "The token is from another issuer"

    @pytest.mark.parametrize(
        "audience",
        [
            None,
            "other",
            "",
            "view",
            "viewers",
            f"{AUDIENCE},other",
            f"{AUDIENCE} other",
            [],
            ["other"],
            [[AUDIENCE]],
            [AUDIENCE, 1],
            [AUDIENCE, None],
            {AUDIENCE: True},
            True,
            0,
        ],
    )
    def test_wrong_audience(self, audience: t.Any) -> None:
        assert refused(GOOD.token(aud=audience)) == "The token is for another audience"

    @pytest.mark.parametrize("audience", [AUDIENCE, [AUDIENCE], ["other", AUDIENCE]])
    def test_audience_alone_or_in_a_list(self, audience: t.Any) -> None:
        assert passed(authorizer(config_of())(with_token(GOOD.token(aud=audience))))

    @pytest.mark.parametrize("subject", [1, True, ["user-1"], {"user": 1}])
    def test_subject_that_is_no_text(self, subject: t.Any) -> None:
        refused(GOOD.token(sub=subject))


class TestLength:
    def test_of_8_kb_and_more(self) -> None:
        short = len(GOOD.token(pad=""))
        longest = GOOD.token(pad="a" * ((8191 - short) * 3 // 4 - 3))
        assert 8180 < len(longest) < 8192
        assert passed(authorizer(config_of())(with_token(longest)))
        for size in (8192, 20_000, 1_000_000):
            assert refused(GOOD.token(pad="a" * size)) == "The token is too long"
        assert refused("a" * 8192) == "The token is too long"
        assert refused("a" * 8191) == "The token is malformed"

    def test_of_letters_that_are_longer_than_they_look(self) -> None:
        refused("\U0001f600" * 3000)


def test_duplicate_headers() -> None:
    handle = authorizer(config_of())
    good = f"Bearer {GOOD.token()}"
    for headers in ({"Authorization": [good, good]}, {"Authorization": [good, "Bearer x"]}, {"Token": ["a", "b"]}):
        result = handle(event(headers))
        assert (passed(result), result["status"]) == (False, "401")
        assert 'error="invalid_request"' in str(header(result, "WWW-Authenticate"))


@pytest.mark.parametrize("size", [10_000, 1_000_000])
@pytest.mark.parametrize("name", ["Authorization", "Token", "Cookie"])
def test_oversized_headers(name: str, size: int) -> None:
    result = authorizer(config_of())(event({name: "Bearer " + "a." * size}))
    assert (passed(result), result["status"]) == (False, "401")
    assert len(json.dumps(result)) < 1000
