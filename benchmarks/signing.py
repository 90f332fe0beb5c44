"""Signing URLs and cookies

URLs, each another one, beside what the same library and key sign in the same time when nothing else is done; beside
botocore's signer with that library, django-storages' `S3Storage.url`, which uses it, and AWS's signer for JavaScript run
by Node. Cookies for one resource and window, which are signed once.
"""

from __future__ import annotations

import datetime
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median

from botocore.signers import CloudFrontSigner
from django.conf import settings
from storages.backends.s3 import S3Storage

from benchmarks.harness import Effort, Row, figure_at_least, rates_of, ratio_at_least, turns
from tests.signing.node import Missing, installed
from tutorcloudfront.signing import Signer, keys

KEY_ID = "K2JCJMDEHXQW5F"
HOST = "media.example.com"
#: As long as a canned policy is.
MESSAGE = b"-" * 140
KINDS = {"rsa-sha1": "RSA 2048, SHA-1", "rsa-sha256": "RSA 2048, SHA-256", "ecdsa-sha256": "ECDSA P-256, SHA-256"}
GOALS = {"rsa-sha1": 0.95, "rsa-sha256": 0.95, "ecdsa-sha256": 0.8}
OTHERS = ("botocore", "django-storages")
COOKIES_GOAL = 1_000_000
SECONDS = 7200
JAVASCRIPT = Path(__file__).parent / "beside" / "cloudfront_signer.mjs"
CACHE = Path(__file__).parents[1] / ".bench" / "node"

Sides = dict[str, Callable[[], object]]


def rows(effort: Effort) -> Iterable[Row]:
    for algorithm, name in KINDS.items():
        pem = keys.generate(algorithm)
        sides = _sides(pem, algorithm)
        rates = rates_of(sides, effort)
        goal = ratio_at_least(GOALS[algorithm])
        yield Row.compare(f"URLs, {name}", rates["ours"], "1/s", "the bare signature", rates["bare"], goal)
        for other in [other for other in OTHERS if other in rates]:
            yield Row.compare(f"URLs, {name}", rates["ours"], "1/s", other, rates[other])
        yield from _beside_javascript(pem, algorithm, name, effort)
    signer = Signer(KEY_ID, keys.generate("rsa-sha1"))
    resource, end = f"https://{HOST}/course/*", int(time.time()) + SECONDS
    rates = rates_of({"cookies": lambda: signer.cookies(resource, end)}, effort)
    yield Row("the same cookies", median(rates["cookies"]), "1/s", goal=figure_at_least(COOKIES_GOAL))


def _sides(pem: str, algorithm: str) -> Sides:
    bare = keys.signing(keys.load(pem, algorithm), algorithm)
    botocore = CloudFrontSigner(KEY_ID, bare)
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=SECONDS)
    urls = _urls()
    sides: Sides = {
        "bare": lambda: bare(MESSAGE),
        "ours": _ours(pem, algorithm),
        "botocore": lambda: botocore.generate_presigned_url(next(urls), date_less_than=end),
    }
    if algorithm == "rsa-sha1":
        storage, names = _storage(pem), (f"course/{number}/video.mp4" for number in itertools.count())
        sides["django-storages"] = lambda: storage.url(next(names))
    return sides


def _ours(pem: str, algorithm: str) -> Callable[[], str]:
    signer = Signer(KEY_ID, pem, algorithm)
    end, urls = int(time.time()) + SECONDS, _urls()
    return lambda: signer.url(next(urls), end)


def _urls() -> Iterator[str]:
    return (f"https://{HOST}/course/{number}/video.mp4" for number in itertools.count())


def _storage(pem: str) -> S3Storage:
    if not settings.configured:
        settings.configure()
    return S3Storage(bucket_name="media", custom_domain=HOST, cloudfront_key_id=KEY_ID, cloudfront_key=pem.encode())


def _beside_javascript(pem: str, algorithm: str, name: str, effort: Effort) -> Iterator[Row]:
    try:
        folder = installed(CACHE)
    except Missing as missing:
        print(f"AWS's signer for JavaScript: {missing}", file=sys.stderr)
        return
    ours = _ours(pem, algorithm)
    number = effort.pick(1, 100, 300)
    sides = {"ours": lambda: _rate(ours, number), "theirs": lambda: _javascript_rate(folder, pem, algorithm, number)}
    rates = turns(sides, effort.pick(1, 5, 11))
    yield Row.compare(f"URLs, {name}", rates["ours"], "1/s", "AWS's for JavaScript", rates["theirs"])


def _rate(function: Callable[[], object], number: int) -> float:
    started = time.process_time()
    for _ in range(number):
        function()
    return number / (time.process_time() - started)


def _javascript_rate(folder: Path, pem: str, algorithm: str, number: int) -> float:
    hash_ = "SHA1" if algorithm == "rsa-sha1" else "SHA256"
    wanted = {"key": pem, "algorithm": hash_, "number": number, "expires": (time.time() + SECONDS) * 1000}
    command = ["node", str(JAVASCRIPT), str(folder)]
    return float(subprocess.run(command, input=json.dumps(wanted), capture_output=True, text=True, check=True).stdout)
