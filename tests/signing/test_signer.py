"""Signed URLs and cookies, as the edge that demands them takes them."""

from __future__ import annotations

import pickle
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone, tzinfo

import pytest

from tests.signing.examples import DIRECTORY, END, HOST, KEY_ID, NOW, URL, passes, private_key, request, signer
from tutorcloudfront.signing import AddressError, KeyPairError, Signer, SigningError, TimeError, UrlError, keys
from tutorcloudfront.signing.signer import KEPT

EAST = timezone(timedelta(hours=5, minutes=30))


class Nowhere(tzinfo):
    """A time zone that does not know how far it is from Greenwich."""

    def utcoffset(self, moment: datetime | None) -> None:
        return None

    dst = utcoffset

    def tzname(self, moment: datetime | None) -> str:
        return "Nowhere"

    def fromutc(self, moment: datetime) -> datetime:
        return moment


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS)
class TestEveryAlgorithm:
    def test_url(self, algorithm: str) -> None:
        url = signer(algorithm).url(URL, END)
        assert url.startswith(f"{URL}?Expires={END}&Signature=")
        assert passes(request(url), algorithm)
        assert not passes(request(url), algorithm, END)
        assert not passes(request(url.replace("video", "other")), algorithm)

    def test_url_with_a_custom_policy(self, algorithm: str) -> None:
        url = signer(algorithm).url(URL, END, NOW - 10, "192.0.2.0/24", DIRECTORY)
        assert url.startswith(f"{URL}?Policy=")
        inside: t.Any = {"client_ip": "192.0.2.17"}
        assert passes(request(url, **inside), algorithm)
        assert passes(request(url.replace("video", "other"), **inside), algorithm)
        assert not passes(request(url.replace("course", "elsewhere"), **inside), algorithm)
        assert not passes(request(url, client_ip="192.0.3.17"), algorithm)
        assert not passes(request(url, **inside), algorithm, NOW - 10)

    def test_cookies(self, algorithm: str) -> None:
        cookies = signer(algorithm).cookies(URL, END)
        assert cookies["CloudFront-Expires"] == str(END)
        assert passes(request(URL, cookies), algorithm)
        assert not passes(request(f"{URL}?x=1", cookies), algorithm)

    def test_cookies_for_a_pattern(self, algorithm: str) -> None:
        cookies = signer(algorithm).cookies(DIRECTORY, END)
        assert "CloudFront-Expires" not in cookies
        assert passes(request(URL, cookies), algorithm)
        assert passes(request(f"{URL}?x=1", cookies), algorithm)
        assert not passes(request(f"https://{HOST}/elsewhere/video.mp4", cookies), algorithm)

    def test_changed_signatures(self, algorithm: str) -> None:
        cookies = signer(algorithm).cookies(DIRECTORY, END)
        for name, value in cookies.items():
            for changed in ({name: "A" + value}, {name: value[:-1]}, {name: value[:10] + "-" + value[11:]}, {name: ""}):
                assert changed == {name: value} or not passes(request(URL, {**cookies, **changed}), algorithm)
            assert not passes(request(URL, {other: cookies[other] for other in cookies if other != name}), algorithm)


class TestUrls:
    @pytest.mark.parametrize(
        ("url", "sent"),
        [
            (f"https://{HOST}/a/b.mp4?x=1&x=2&flag", f"https://{HOST}/a/b.mp4?x=1&x=2&flag"),
            (f"https://{HOST}/asset-v1:Org+C+R@t+block@f.png", f"https://{HOST}/asset-v1:Org+C+R@t+block@f.png"),
            (f"https://{HOST}/a//b/", f"https://{HOST}/a//b/"),
            (f"https://{HOST}/a%2Fb/%2f%41", f"https://{HOST}/a%2Fb/%2f%41"),
            (f"https://{HOST}/课程 1.mp4", f"https://{HOST}/%E8%AF%BE%E7%A8%8B%201.mp4"),
            (f'https://{HOST}/"}}]{{<^`>?"<>`^\'', f"https://{HOST}/%22%7D]%7B%3C%5E%60%3E?%22%3C%3E`^%27"),
            (f"https://{HOST}/a...b/.hidden/..x/...", f"https://{HOST}/a...b/.hidden/..x/..."),
            (f"https://{HOST}:8443/a", f"https://{HOST}:8443/a"),
            ("HTTPS://Media.Example.COM:443/A?", f"https://{HOST}/A"),
            (f"http://{HOST}:443/", f"http://{HOST}:443/"),
            (f"https://{HOST}?a=/../b", f"https://{HOST}/?a=/../b"),
            (f"https://{HOST}/a?expires=1&Expired=2&=3", f"https://{HOST}/a?expires=1&Expired=2&=3"),
        ],
    )
    def test_is_signed_as_browsers_send_it(self, url: str, sent: str) -> None:
        signed = signer().url(url, END)
        assert signed.startswith(f"{sent}{'&' if '?' in sent else '?'}Expires=")
        assert passes(request(signed))
        assert passes(request(sent, signer().cookies(url, END)))
        assert signer().url(sent, END) == signed

    @pytest.mark.parametrize(
        ("url", "told"),
        [
            ("", "absolute"),
            ("/course/video.mp4", "absolute"),
            ("//media.example.com/video.mp4", "absolute"),
            ("media.example.com/video.mp4", "absolute"),
            ("https:/media.example.com/", "absolute"),
            ("ftp://media.example.com/", "must begin with https:// or http://"),
            ("s3://bucket/key", "must begin with https:// or http://"),
            ("://media.example.com/", "must begin with https:// or http://"),
            ("javascript://media.example.com/", "must begin with https:// or http://"),
            ("https:///video.mp4", "host name"),
            ("https://../video.mp4", "host name"),
            ("https://medi\u0430.example.com/", "xn--"),
            ("https://media.example.com\uff0f@evil.example/", "host name"),
            ("https://user:pw@media.example.com/", "without user and password"),
            ("https://user@media.example.com/", "without user and password"),
            ("https://[2001:db8::1]/", "host name"),
            ("https://me%64ia.example.com/", "host name"),
            ("https://media.example.com:/", "port"),
            ("https://media.example.com:https/", "port"),
            ("https://media.example.com:65536/", "port"),
            ("https://media.example.com:\u0664\u0664\u0663/", "port"),
            (f"{URL}#t=10", "fragment"),
            (f"{URL}\n", "control characters"),
            (f"{URL}?a=\r\nSet-Cookie:x", "control characters"),
            ("https://media.example.com/a\tb", "control characters"),
            ("https://media.example.com/a\x00b", "control characters"),
            ("https://media.example.com/a\x7fb", "control characters"),
            ("https://media.example.com/a\ud800b", "halves of characters"),
            ("https://media.example.com\\@evil.example/", "backslashes"),
            ("https://media.example.com/a\\..\\b", "backslashes"),
            ("https://media.example.com/course/../other", "segments"),
            ("https://media.example.com/course/..", "segments"),
            ("https://media.example.com/./course", "segments"),
            ("https://media.example.com/course/%2e%2E/other", "segments"),
            ("https://media.example.com/course/.%2e/other?a=1", "segments"),
            *((f"{URL}?{name}=1", f"no parameter {name}") for name in ("Expires", "Policy", "Signature")),
            (f"{URL}?a=1&Key-Pair-Id", "no parameter Key-Pair-Id"),
            (f"{URL}?a=1&Hash-Algorithm=SHA1", "no parameter Hash-Algorithm"),
            (f"{URL}?%45xpires=1", "no parameter Expires"),
        ],
    )
    def test_that_nobody_can_ask_for_are_refused(self, url: str, told: str) -> None:
        with pytest.raises(UrlError, match=told):
            signer().url(url, END)
        with pytest.raises(UrlError, match=told):
            signer().cookies(url, END)

    @pytest.mark.parametrize("url", [None, 1, b"https://media.example.com/", ["https://media.example.com/"]])
    def test_must_be_text(self, url: t.Any) -> None:
        with pytest.raises(UrlError, match="must be text"):
            signer().url(url, END)
        with pytest.raises(UrlError, match="must be text"):
            signer().cookies(url, END)

    def test_secrets_in_a_url_are_not_told(self) -> None:
        for url in ("https://me:hunter2@media.example.com/", f"{URL}?token=hunter2#x", f"{URL}?token=hunter2\n"):
            with pytest.raises(UrlError) as error:
                signer().url(url, END)
            assert "hunter2" not in str(error.value)

    def test_asterisk_is_a_character_like_any_other(self) -> None:
        signed = signer().url(DIRECTORY, END)
        assert signed.startswith(f"{DIRECTORY}?Expires=")
        assert passes(request(signed))
        assert not passes(request(signed.replace("*", "video.mp4")))

    def test_asterisk_becomes_no_wildcard_unasked(self) -> None:
        with pytest.raises(UrlError, match="give the pattern as resource, or write %2A"):
            signer().url(DIRECTORY, END, ip="192.0.2.17")
        assert passes(request(signer().url(DIRECTORY, END, NOW - 1, resource=DIRECTORY)))

    def test_signature_counts_for_the_length(self) -> None:
        longest = f"https://{HOST}/".ljust(8192 - len(signer().url(URL, END)) + len(URL), "a")
        assert len(signer().url(longest, END)) == 8192
        with pytest.raises(UrlError, match="8192 characters with its signature, and these are 8193"):
            signer().url(longest + "a", END)


class TestPatterns:
    @pytest.mark.parametrize(
        ("pattern", "good", "bad"),
        [
            (f"https://{HOST}/*", URL, "https://other.example.com/course/video.mp4"),
            (f"http*://{HOST}/course/*", f"http://{HOST}/course/a?b=1", f"http://{HOST}/other/a"),
            ("https://*.example.com/course/*.mp4", URL, "https://example.com/course/video.mp4"),
            (f"https://{HOST}/seg-???.ts", f"https://{HOST}/seg-001.ts", f"https://{HOST}/seg-0001.ts"),
            (f"https://{HOST}/课程/*", f"https://{HOST}/%E8%AF%BE%E7%A8%8B/a", f"https://{HOST}/%E8%AF%BE/a"),
            (f"https://{HOST.upper()}/a b*", f"https://{HOST}/a%20b", f"https://{HOST}/a"),
        ],
    )
    def test_are_good_for_what_they_cover(self, pattern: str, good: str, bad: str) -> None:
        cookies = signer().cookies(pattern, END, NOW - 1)
        assert passes(request(good, cookies))
        assert not passes(request(bad, cookies))
        signed = signer().url(good, END, resource=pattern)
        assert passes(request(signed))
        assert not passes(request(bad + ("&" if "?" in bad else "?") + signed.partition("Policy=")[2]))

    @pytest.mark.parametrize("pattern", ["*", "https://*", "https://*/*", "http*://*.*/*", "https://-*._/*", "*://h/*"])
    def test_for_everything_are_refused(self, pattern: str) -> None:
        with pytest.raises(UrlError):
            signer().cookies(pattern, END)
        with pytest.raises(UrlError):
            signer().url(URL, END, resource=pattern)

    def test_too_long_for_a_cookie(self) -> None:
        with pytest.raises(UrlError, match="too long for a cookie"):
            signer().cookies(f"https://{HOST}/{'a' * 3000}/*", END)


class TestTimes:
    @pytest.mark.parametrize(
        "end",
        [
            datetime.fromtimestamp(END, timezone.utc),
            datetime.fromtimestamp(END, EAST),
            datetime.fromtimestamp(END, timezone.utc) + timedelta(microseconds=999_999),
        ],
    )
    def test_datetimes_are_epoch_seconds_rounded_down(self, end: datetime) -> None:
        assert signer().url(URL, end) == signer().url(URL, END)
        assert signer().cookies(URL, end) == signer().cookies(URL, END)

    @pytest.mark.parametrize(
        ("expires", "starts", "told"),
        [
            (datetime.fromtimestamp(END), None, "expires must have a time zone"),
            (END, datetime.fromtimestamp(NOW), "starts must have a time zone"),
            (datetime.fromtimestamp(END, Nowhere()), None, "expires must have a time zone"),
            (NOW, None, "expires must be in the future, and was 0 seconds ago"),
            (NOW - 10, NOW - 20, "was 10 seconds ago"),
            (END, END, "starts must be before expires"),
            (END, END + 1, "starts must be before expires"),
            (END + 0.5, None, "whole number"),
            (float(END), None, "whole number"),
            (float("nan"), None, "whole number"),
            (str(END), None, "whole number"),
            (True, None, "whole number"),
            (None, None, "whole number"),
            (END, False, "starts must be a datetime with a time zone, or epoch seconds as a whole number"),
            ([END], None, "whole number"),
            (datetime.fromtimestamp(END, timezone.utc).date(), None, "whole number"),
            (2**31, None, "2038"),
            (END * 1000, None, "2038"),
            (datetime.max.replace(tzinfo=EAST), None, "2038"),
            (datetime.min.replace(tzinfo=EAST), None, "1970"),
            (END, -1, "starts must be between 1970"),
        ],
    )
    def test_that_are_wrong(self, expires: t.Any, starts: t.Any, told: str) -> None:
        with pytest.raises(TimeError, match=told):
            signer().url(URL, expires, starts)
        with pytest.raises(TimeError, match=told):
            signer().cookies(URL, expires, starts)

    def test_type_counts_where_the_same_was_signed_before(self) -> None:
        signer().cookies(URL, END, 1)
        for expires, starts in ((float(END), 1), (END, True), (END, 1.0)):
            with pytest.raises(TimeError, match="whole number"):
                signer().cookies(URL, t.cast(int, expires), t.cast(int, starts))

    def test_last_second(self) -> None:
        assert passes(request(signer().url(URL, 2**31 - 1)))

    def test_start_of_all_time_is_a_start(self) -> None:
        by_address = signer().url(URL, END, ip="192.0.2.17")
        assert len(signer().url(URL, END, 0, "192.0.2.17")) > len(by_address)


class TestAddresses:
    @pytest.mark.parametrize("ip", ["192.0.2.17", "192.0.2.17/32", "192.0.2.16/30", "192.0.0.0/16", "0.0.0.0/0"])
    def test_one_address_or_range(self, ip: str) -> None:
        assert passes(request(signer().url(URL, END, ip=ip), client_ip="192.0.2.17"))
        cookies = signer().cookies(URL, END, ip=ip)
        assert passes(request(URL, cookies, client_ip="192.0.2.17"))
        assert not passes(request(URL, cookies, client_ip="198.51.100.1")) or ip == "0.0.0.0/0"

    @pytest.mark.parametrize(
        ("ip", "told"),
        [
            ("2001:db8::/32", "IPv4 addresses only"),
            ("::ffff:192.0.2.17", "IPv4 addresses only"),
            ("192.0.2.17/24", r"192\.0\.2\.0/24 is what 192\.0\.2\.17/24 lies in"),
            ("192.0.2.0/33", "such as"),
            ("192.0.2.0/", "such as"),
            ("192.0.2.0/024", "such as"),
            ("192.0.2.0/255.255.255.0", "such as"),
            ("192.0.2", "such as"),
            ("192.0.2.256", "such as"),
            ("192.0.2.017", "such as"),
            ("192.0.2.0/24,198.51.100.0/24", "such as"),
            ("192.0.2.17\n", "such as"),
            ("\u0661\u0669\u0662.0.2.17", "such as"),
            ('0.0.0.0/0"},"x":{"', "such as"),
            ("example.com", "such as"),
            ("", "such as"),
            (3221225985, "must be text"),
            (b"192.0.2.17", "must be text"),
        ],
    )
    def test_anything_else(self, ip: t.Any, told: str) -> None:
        with pytest.raises(AddressError, match=told):
            signer().url(URL, END, ip=ip)
        with pytest.raises(AddressError, match=told):
            signer().cookies(URL, END, ip=ip)


class TestKeyId:
    @pytest.mark.parametrize("key_id", ["", "K1&Expires=9", "K 1", "K1\n", "K1;", "clé", None, 1, b"K1"])
    def test_has_nothing_in_it_that_means_something_in_a_url_or_cookie(self, key_id: t.Any) -> None:
        with pytest.raises(KeyPairError, match="such as K2JCJMDEHXQW5F"):
            Signer(key_id, private_key("ecdsa-sha256"), "ecdsa-sha256")


class TestOnce:
    """ECDSA never makes the same signature twice, so what is the same was signed once."""

    @staticmethod
    def fresh(clock: t.Callable[[], float] = lambda: NOW) -> Signer:
        return Signer(KEY_ID, private_key("ecdsa-sha256"), "ecdsa-sha256", clock=clock)

    def test_one_resource_and_window_is_signed_once(self) -> None:
        one = self.fresh()
        assert one.cookies(DIRECTORY, END) == one.cookies(DIRECTORY, datetime.fromtimestamp(END, EAST))
        assert one.cookies(DIRECTORY, END)["CloudFront-Signature"] in one.url(URL, END, resource=DIRECTORY)
        assert one.url(URL, END) == one.url(URL, END)
        assert one.cookies(DIRECTORY, END) != one.cookies(DIRECTORY, END + 1)
        assert one.cookies(DIRECTORY, END) != self.fresh().cookies(DIRECTORY, END)

    def test_what_is_kept_is_bounded(self) -> None:
        one = self.fresh()
        first = one.cookies(DIRECTORY, END)
        for second in range(1, KEPT + 1):
            one.cookies(DIRECTORY, END + second)
        assert one.cookies(DIRECTORY, END) != first

    def test_answers_are_their_receivers_own(self) -> None:
        one = self.fresh()
        one.cookies(DIRECTORY, END).clear()
        assert passes(request(URL, one.cookies(DIRECTORY, END)), "ecdsa-sha256")

    def test_expired_cookies_are_not_given_out_again(self) -> None:
        now = [NOW]
        one = self.fresh(lambda: now[0])
        assert one.cookies(DIRECTORY, END)
        now[0] = END
        with pytest.raises(TimeError, match="was 0 seconds ago"):
            one.cookies(DIRECTORY, END)

    def test_threads_that_ask_at_the_same_moment_get_the_same(self) -> None:
        one = self.fresh()
        for second in range(20):
            barrier = threading.Barrier(8)

            def ask(end: int = END + second, barrier: threading.Barrier = barrier) -> str:
                barrier.wait()
                return one.cookies(DIRECTORY, end)["CloudFront-Signature"]

            with ThreadPoolExecutor(8) as pool:
                answers = [pool.submit(ask) for _ in range(8)]
            assert len({answer.result() for answer in answers}) == 1

    def test_threads_can_share_a_signer(self) -> None:
        one = self.fresh()
        urls = [f"https://{HOST}/{number % 50}/a" for number in range(1000)]
        with ThreadPoolExecutor(8) as pool:
            signed = list(pool.map(lambda url: (one.url(url, END), one.cookies(url, END)), urls))
        for url, (by_url, cookies) in zip(urls, signed, strict=True):
            assert passes(request(by_url), "ecdsa-sha256")
            assert passes(request(url, cookies), "ecdsa-sha256")


class TestSecrecy:
    def test_signer_shows_no_key(self) -> None:
        one = signer()
        assert repr(one) == str(one) == "Signer(key_id='K2JCJMDEHXQW5F', algorithm='rsa-sha1')"
        middle = private_key("rsa-sha1").splitlines()[5]
        assert middle not in repr(vars(one))

    def test_signer_cannot_be_written_down(self) -> None:
        with pytest.raises((TypeError, pickle.PicklingError, AttributeError)):
            pickle.dumps(signer())

    def test_every_error_is_a_value_error_of_one_family(self) -> None:
        for error in (AddressError, KeyPairError, TimeError, UrlError):
            assert issubclass(error, SigningError)
        assert issubclass(SigningError, ValueError)
