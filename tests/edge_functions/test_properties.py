"""Whatever is sent: no exception leaves the function, and nothing passes that was not verified."""

from __future__ import annotations

import json
import typing as t

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.edge_functions.events import authorizer, event, passed, with_token
from tests.edge_functions.tokens import AUDIENCE, HASHES, ISSUER, Issuer, config_of, encoded, private_key, signed
from tutorcloudfront.edge.authorizer import encoding
from tutorcloudfront.edge.authorizer.sources import Found

HANDLE = authorizer(config_of())
GOOD = Issuer().token()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "alg": st.sampled_from(["RS256", "none", "HS256", "RS512", ""]) | JSON,
        "kid": st.sampled_from(["first", "second", ""]) | JSON,
        "typ": st.sampled_from(["JWT", "at+jwt"]) | JSON,
        "crit": JSON,
        "jwk": JSON,
    },
)
CLAIMS = st.fixed_dictionaries(
    {},
    optional={
        "iss": st.just(ISSUER) | JSON,
        "aud": st.sampled_from([AUDIENCE, [AUDIENCE]]) | JSON,
        "exp": st.just(4_102_444_800) | st.integers(-(2**70), 2**70) | JSON,
        "nbf": st.integers(-(2**70), 2**70) | JSON,
        "iat": JSON,
        "sub": JSON,
    },
)


def text_of(value: t.Any) -> bytes:
    return json.dumps(value).encode()


@given(st.text(max_size=80))
@example("..")
@example("\ud800.\ud800.\ud800")
@example("eyJhbGciOiJSUzI1NiJ9..")
@settings(deadline=None)
def test_no_text_is_a_token(text: str) -> None:
    assert not passed(HANDLE(with_token(text)))


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=300))
@settings(deadline=None)
def test_no_bytes_are_a_token(first: bytes, second: bytes, third: bytes) -> None:
    assert not passed(HANDLE(with_token(f"{encoded(first)}.{encoded(second)}.{encoded(third)}")))


@given(HEADERS, CLAIMS)
@settings(deadline=None)
def test_what_passes_with_a_signature_is_what_the_rules_say(header: dict[str, t.Any], claims: dict[str, t.Any]) -> None:
    token = signed(private_key(), encoded(text_of(header)), encoded(text_of(claims)))
    if passed(authorizer(config_of())(with_token(token))):
        assert header["alg"] == "RS256"
        assert header.get("kid") in (None, "first")
        assert "crit" not in header
        assert claims["iss"] == ISSUER
        assert AUDIENCE in claims["aud"]
        assert claims["exp"] > 1_700_000_000


@given(HEADERS, CLAIMS, st.binary(min_size=250, max_size=260))
@settings(deadline=None)
def test_nothing_passes_with_a_made_up_signature(
    header: dict[str, t.Any], claims: dict[str, t.Any], signature: bytes
) -> None:
    token = f"{encoded(text_of(header))}.{encoded(text_of(claims))}.{encoded(signature)}"
    assert not passed(HANDLE(with_token(token)))


@given(st.integers(0, len(GOOD) - 1), st.characters())
@settings(deadline=None)
def test_good_token_with_another_letter(place: int, letter: str) -> None:
    changed = GOOD[:place] + letter + GOOD[place + 1 :]
    assert passed(HANDLE(with_token(changed))) == (changed == GOOD)


@given(st.integers(0, len(GOOD)), st.text(min_size=1, max_size=3))
@settings(deadline=None)
def test_good_token_with_something_put_in(place: int, text: str) -> None:
    assert not passed(HANDLE(with_token(GOOD[:place] + text + GOOD[place:])))


@given(st.binary(max_size=64))
@settings(deadline=None)
def test_signatures_are_those_that_another_library_knows(message: bytes) -> None:
    from tutorcloudfront.edge.authorizer.rsa import PublicKey

    key = private_key()
    numbers = key.public_key().public_numbers()
    own = PublicKey(numbers.n, numbers.e)
    for algorithm, hash_ in HASHES.items():
        signature = key.sign(message, padding.PKCS1v15(), hash_)
        assert own.verifies(algorithm, message, signature)
        for other, other_hash in HASHES.items():
            assert own.verifies(other, message, signature) == _verifies(key, message, signature, other_hash)


def _verifies(key: t.Any, message: bytes, signature: bytes, hash_: t.Any) -> bool:
    try:
        key.public_key().verify(signature, message, padding.PKCS1v15(), hash_)
    except InvalidSignature:
        return False
    return True


@given(st.binary(max_size=100))
@settings(deadline=None)
def test_base64_round_trip(data: bytes) -> None:
    assert encoding.decoded(encoding.encoded(data)) == data


@given(st.binary(max_size=30))
@settings(deadline=None)
def test_base64_is_read_in_one_way_only(text: bytes) -> None:
    try:
        data = encoding.decoded(text)
    except ValueError:
        return
    assert encoding.encoded(data) == text


@given(JSON)
@settings(deadline=None)
def test_no_event_makes_the_function_raise(value: t.Any) -> None:
    sent = event({"Token": GOOD})
    sent["Records"][0]["cf"]["request"]["headers"]["token"] = value
    assert not passed(HANDLE(sent))
    assert not passed(HANDLE({"Records": [{"cf": value}]}))
    assert not passed(HANDLE(value))


@given(
    st.dictionaries(st.sampled_from(["Authorization", "Token", "Cookie", "Origin", "X-Other"]), st.text(max_size=40)),
    st.text(alphabet="token=&%7;a.", max_size=40),
    st.sampled_from(["GET", "OPTIONS", "POST"]),
)
@settings(deadline=None)
def test_without_a_good_token_only_preflight_requests_pass(headers: dict[str, str], query: str, method: str) -> None:
    assert not passed(HANDLE(event(headers, query, method)))


@given(
    st.lists(st.sampled_from(["a=b", "token", f"token={GOOD}", "%74oken=x", "", "c", "d=%zz", "tokens=1"]), max_size=6)
)
@settings(deadline=None)
def test_query_keeps_all_but_the_token_in_order(parts: list[str]) -> None:
    found = Found(event(query="&".join(parts))["Records"][0]["cf"]["request"])
    kept = [part for part in "&".join(parts).split("&") if part.partition("=")[0] not in ("token", "%74oken")]
    assert found.request["querystring"] == "&".join(kept)


@given(
    st.lists(
        st.sampled_from(["a=b", "edx-jwt-cookie-header-payload=x", "edx-jwt-cookie-signature=y", "c=d=e", "flag"]),
        min_size=1,
        max_size=6,
    )
)
@settings(deadline=None)
def test_cookies_keep_all_but_the_token_in_order(cookies: list[str]) -> None:
    found = Found(event({"Cookie": "; ".join(cookies)})["Records"][0]["cf"]["request"])
    kept = [cookie for cookie in cookies if not cookie.startswith("edx-jwt")]
    sent = found.request["headers"].get("cookie", [])
    assert [field["value"] for field in sent] == (["; ".join(kept)] if kept else [])
