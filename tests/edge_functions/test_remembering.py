"""What a process keeps from one request to the next: tokens that were good, and keys that an issuer has published."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable

import pytest

from tests.edge_functions.tokens import Issuer, Json, config_of, jwk, private_key
from tests.edge_functions.web import Web
from tutorcloudfront.edge.authorizer import fetching, rsa, tokens
from tutorcloudfront.edge.authorizer.fetching import Unreachable, fetched
from tutorcloudfront.edge.authorizer.refusals import Refused
from tutorcloudfront.edge.authorizer.tokens import Verifier
from tutorcloudfront.edge.config import InvalidConfig
from tutorcloudfront.edge.issuers import fetched_jwks

URL = "https://issuer.example.com/jwks.json"
NEXT = Issuer(private_key("next"), {"alg": "RS256", "kid": "next"})


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


class Published:
    """The keys at an issuer's URL, and how often they were asked for."""

    def __init__(self, *keys: Json) -> None:
        self.keys: list[object] | None = list(keys)
        self.asked = 0

    def __call__(self, url: str) -> list[object]:
        assert url == URL
        self.asked += 1
        if self.keys is None:
            raise Unreachable
        return self.keys


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The algorithms of all signatures that were really verified."""
    found: list[str] = []
    before = rsa.PublicKey.verifies

    def verifies(key: rsa.PublicKey, algorithm: str, message: bytes, signature: bytes) -> bool:
        found.append(algorithm)
        return before(key, algorithm, message, signature)

    monkeypatch.setattr(rsa.PublicKey, "verifies", verifies)
    return found


def is_good(verifier: Verifier, token: str) -> bool:
    try:
        return len(verifier.verify(token)) == 32
    except Refused:
        return False


class TestTokens:
    def test_good_one_is_verified_once(self, verified: list[str]) -> None:
        verifier, token = Verifier(config_of().document()), Issuer().token()
        assert all(is_good(verifier, token) for _ in range(5))
        assert len(verified) == 1

    def test_bad_one_is_not_remembered(self, verified: list[str]) -> None:
        verifier, token = Verifier(config_of().document()), Issuer(private_key("attacker")).token()
        assert not any(is_good(verifier, token) for _ in range(3))
        assert len(verified) == 3

    def test_one_without_the_claims_is_not_remembered(self) -> None:
        verifier = Verifier(config_of(required_claims={"role": "teacher"}).document())
        token = Issuer().token()
        for _ in range(3):
            with pytest.raises(Refused) as caught:
                verifier.verify(token)
            assert caught.value.status == 403

    def test_none_longer_than_it_is_good(self, verified: list[str]) -> None:
        clock = Clock()
        verifier = Verifier(config_of().document(), clock)
        token = Issuer().token(exp=int(clock.now) + 100)
        end = int(clock.now) + 130  # with the leeway
        assert is_good(verifier, token)
        clock.now = end - 0.1
        assert is_good(verifier, token)
        assert len(verified) == 1
        clock.now = end
        assert not is_good(verifier, token)

    def test_one_letter_makes_another_token(self, verified: list[str]) -> None:
        verifier, token = Verifier(config_of().document()), Issuer().token()
        assert is_good(verifier, token)
        for place in range(0, len(token), 50):
            other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
            assert not is_good(verifier, other)

    def test_not_more_than_there_is_room_for(self, verified: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tokens, "MAX_REMEMBERED", 3)
        verifier = Verifier(config_of().document())
        several = [Issuer().token(jti=str(number)) for number in range(4)]
        assert all(is_good(verifier, token) for token in several)
        assert len(verifier._remembered) == 3
        assert is_good(verifier, several[3])
        assert len(verified) == 4
        assert is_good(verifier, several[0])
        assert len(verified) == 5

    def test_their_digests_alone(self) -> None:
        verifier, token = Verifier(config_of().document()), Issuer().token()
        verifier.verify(token)
        assert [type(key) for key in verifier._remembered] == [bytes]
        assert [len(key) for key in verifier._remembered] == [32]


class TestKeys:
    def verifier(self, published: Published, clock: Callable[[], float] = time.time) -> Verifier:
        return Verifier(config_of(jwks_url=URL).document(), clock, published)

    def test_new_one_is_looked_for(self) -> None:
        published = Published(jwk(private_key()), jwk(NEXT.key, "next"))
        verifier = self.verifier(published)
        assert is_good(verifier, Issuer().token())
        assert published.asked == 0
        assert is_good(verifier, NEXT.token())
        assert is_good(verifier, NEXT.token(sub="user-2"))
        assert is_good(verifier, Issuer().token())
        assert published.asked == 1

    def test_at_most_now_and_then(self) -> None:
        clock, published = Clock(), Published(jwk(private_key()))
        verifier = self.verifier(published, clock)
        for number in range(100):
            assert not is_good(verifier, Issuer(header={"alg": "RS256", "kid": f"made up {number}"}).token())
        assert published.asked == 1
        clock.now += tokens.SECONDS_BETWEEN_FETCHES + 1
        published.keys = [jwk(NEXT.key, "next")]
        assert is_good(verifier, NEXT.token())
        assert published.asked == 2

    def test_clock_that_is_set_back_does_not_stop_it(self) -> None:
        clock, published = Clock(), Published(jwk(private_key()))
        verifier = self.verifier(published, clock)
        assert not is_good(verifier, NEXT.token())
        clock.now -= 86400
        published.keys = [jwk(NEXT.key, "next")]
        token = NEXT.token(iat=int(clock.now), nbf=int(clock.now))
        assert is_good(verifier, token)

    def test_unreachable_lets_nobody_in_and_leaves_the_old_ones(self) -> None:
        published = Published()
        published.keys = None
        verifier = self.verifier(published)
        assert not is_good(verifier, NEXT.token())
        assert not is_good(verifier, NEXT.token())
        assert is_good(verifier, Issuer().token())
        assert published.asked == 1

    @pytest.mark.parametrize("keys", [[], ["first"], [{"kty": "oct", "k": "AA", "kid": "next"}], [None], [{}]])
    def test_set_without_a_usable_one_is_not_taken(self, keys: list[object]) -> None:
        published = Published()
        published.keys = keys
        verifier = self.verifier(published)
        assert not is_good(verifier, NEXT.token())
        assert is_good(verifier, Issuer().token())

    def test_weak_one_is_not_taken(self) -> None:
        weak = Issuer(private_key("short", 1024), {"alg": "RS256", "kid": "next"})
        verifier = self.verifier(Published(jwk(private_key()), jwk(weak.key, "next")))
        assert not is_good(verifier, weak.token())

    def test_withdrawn_one_is_not_good_any_more(self) -> None:
        verifier, token = self.verifier(Published(jwk(NEXT.key, "next"))), Issuer().token()
        assert is_good(verifier, token)
        assert is_good(verifier, NEXT.token())
        assert not is_good(verifier, token)

    def test_not_looked_for_without_a_url_or_a_name(self) -> None:
        published = Published(jwk(NEXT.key, "next"))
        verifier = Verifier(config_of().document(), fetch=published)
        assert not is_good(verifier, NEXT.token())
        both = [jwk(private_key()), jwk(private_key("second"), "second")]
        verifier = Verifier(config_of(jwks={"keys": both}, jwks_url=URL).document(), fetch=published)
        assert not is_good(verifier, NEXT.token({"kid": None}))
        assert published.asked == 0

    def test_not_looked_for_when_the_algorithm_is_wrong(self) -> None:
        published = Published(jwk(NEXT.key, "next"))
        assert not is_good(self.verifier(published), NEXT.token({"alg": "HS256"}))
        assert published.asked == 0


class TestFetching:
    def test_keys(self, web: Web) -> None:
        assert fetched(web.url("/a/jwks.json?v=1")) == [{"kid": "first"}]
        assert fetched_jwks(web.url("")) == {"keys": [{"kid": "first"}]}
        assert web.paths == ["/a/jwks.json?v=1", "/"]

    @pytest.mark.parametrize(
        "answer",
        [
            (200, b""),
            (200, b"<html>"),
            (200, b"[]"),
            (200, b'{"keys": {}}'),
            (200, b'{"key": []}'),
            (200, b'{"keys": [' + b"[" * 100_000),
            (200, b'{"keys": []}' + b" " * fetching.MAX_BYTES),
            (302, b""),
            (404, b'{"keys": []}'),
            (500, b'{"keys": []}'),
        ],
    )
    def test_what_is_no_key_set(self, web: Web, answer: tuple[int, bytes]) -> None:
        web.answer = answer
        with pytest.raises(Unreachable):
            fetched(web.url())
        assert web.paths == ["/jwks.json"]

    def test_certificate_is_checked(self, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(Unreachable):
            fetched(web.url().replace("localhost", "127.0.0.1"))
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            fetched(web.url())
        assert web.paths == []

    @pytest.mark.parametrize("url", ["http://localhost/", "file:///etc/passwd", "ftp://localhost/", "localhost", ""])
    def test_https_alone(self, url: str, no_network: None) -> None:
        with pytest.raises(Unreachable):
            fetched(url)

    def test_nobody_there(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            with pytest.raises(Unreachable):
                fetched(f"https://127.0.0.1:{taken.getsockname()[1]}/")
            with pytest.raises(InvalidConfig, match=r"^jwks: .* https://127"):
                fetched_jwks(f"https://127.0.0.1:{taken.getsockname()[1]}/")

    def test_silence_takes_no_longer_than_it_may(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unreachable):
            fetched(f"https://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.2)

    def test_neither_does_one_byte_after_the_other(self, web: Web) -> None:
        web.drips, web.answer = True, (200, json.dumps({"keys": ["a" * 200]}).encode())
        with pytest.raises(Unreachable, match="TimeoutError"):
            fetched(web.url(), seconds=0.4)
