"""A learner in a real browser: logs in, gets cookies, and plays a recording out of the private bucket."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import tarfile
import typing as t
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.access.classroom import Classroom, classroom
from tests.access.hls import SECONDS, SEGMENTS
from tests.access.keys import private_key
from tests.access.site import COURSE, LMS, MEDIA, MFE, OTHER_COURSE
from tests.support import ROOT
from tests.support.chromium import eventually, require_chromium

#: One browser and one sandbox for all of them.
pytestmark = pytest.mark.xdist_group("access-browser")

PAGE = b'<!doctype html><link rel="icon" href="data:,"><title>Lesson</title><video muted></video>'
FOLDER, OTHER_FOLDER = (f"https://{MEDIA}/{quote(course, safe=':')}/" for course in (COURSE, OTHER_COURSE))

#: What a page of a micro-frontend does. `course` and `status` are what the tests need.
OPEN = """
const open = course => fetch(
    `https://LMS_HOST/cloudfront/cookies/${encodeURIComponent(course)}`, {method: "POST", credentials: "include"});
""".replace("LMS_HOST", LMS)
PLAY = """
const playlist = await (await fetch(url + "hls/index.m3u8", {credentials: "include"})).text();
const names = playlist.split("\\n").filter(line => line && !line.startsWith("#"));
const video = document.querySelector("video");
const source = new MediaSource();
video.src = URL.createObjectURL(source);
await new Promise(done => source.addEventListener("sourceopen", done));
const buffer = source.addSourceBuffer("audio/mpeg");
const statuses = [];
for (const name of names) {
    const answer = await fetch(url + "hls/" + name, {credentials: "include"});
    statuses.push(answer.status);
    buffer.appendBuffer(await answer.arrayBuffer());
    await new Promise(done => buffer.addEventListener("updateend", done, {once: true}));
}
source.endOfStream();
video.playbackRate = 16;
await video.play();
await new Promise(done => video.addEventListener("ended", done));
return {statuses, played: video.played.end(0)};
"""


@pytest.fixture(scope="module")
def open_classroom(running_lms: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    require_chromium()
    with classroom(tmp_path_factory.mktemp("classroom"), private_key()) as opened:
        opened.pages.say("/", body=PAGE, content_type="text/html")
        yield opened


@pytest.fixture
def room(open_classroom: Classroom, bare_lms: None) -> Iterator[Classroom]:
    """The classroom, with the LMS's settings as the plugin would write them."""
    from django.test import override_settings

    settings = {"CLOUDFRONT_MEDIA_HOST": MEDIA, "CLOUDFRONT_KEY_ID": open_classroom.key_id}
    with override_settings(**settings, CLOUDFRONT_PRIVATE_KEY=private_key()):
        yield open_classroom


def enter(room: Classroom, name: str) -> None:
    """Log in, and open a page of the micro-frontends."""
    room.log_in(name)
    room.browser.open(f"https://{MFE}/")


def run(room: Classroom, script: str) -> t.Any:
    return room.browser.run(OPEN + script)


def given_cookies(room: Classroom) -> None:
    enter(room, "learner")
    assert run(room, f"return (await open('{COURSE}')).status") == 200
    assert room.status(f"{FOLDER}hls/0.mp3") == 200


def test_learner_plays_a_recording_out_of_the_private_bucket(room: Classroom) -> None:
    enter(room, "learner")
    found = run(room, f"const {{url}} = await (await open('{COURSE}')).json();" + PLAY)

    assert found["statuses"] == [200] * SEGMENTS
    assert found["played"] == pytest.approx(SEGMENTS * SECONDS, abs=0.2)
    assert room.browser.complaints() == []


def test_without_cookies_nothing_is_to_be_had(room: Classroom) -> None:
    enter(room, "learner")

    assert room.status(f"{FOLDER}hls/0.mp3") == 403


@pytest.mark.parametrize(("name", "course"), [("stranger", COURSE), ("learner", OTHER_COURSE)])
def test_who_is_not_enrolled_is_refused_by_both(room: Classroom, name: str, course: str) -> None:
    enter(room, name)

    assert run(room, f"return (await open('{course}')).status") == 403
    assert room.status(f"{FOLDER}hls/0.mp3") == 403


def test_who_has_not_logged_in_is_refused(room: Classroom) -> None:
    room.browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    room.browser.open(f"https://{MFE}/")

    assert run(room, f"return (await open('{COURSE}')).status") == 401


def test_cookies_end(room: Classroom) -> None:
    given_cookies(room)
    room.set_ahead(7201)

    assert room.status(f"{FOLDER}hls/0.mp3") == 403


def test_cookies_of_one_course_do_not_open_another(room: Classroom) -> None:
    given_cookies(room)
    urls = [f"{OTHER_FOLDER}hls/0.mp3", f"{FOLDER}../{OTHER_FOLDER.split('/')[3]}/hls/0.mp3"]

    assert [room.status(url) for url in urls] == [403, 403]


def test_cookies_of_one_course_do_not_open_another_in_the_place_of_its_own(room: Classroom) -> None:
    """Sent by hand with what a browser would not send, or resolve beforehand."""
    given_cookies(room)
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in room.cookies())

    def ask(path: str) -> tuple[int, bool]:
        connection = http.client.HTTPConnection("127.0.0.1", room.sandbox.edge.port, timeout=30)
        try:
            connection.putrequest("GET", path, skip_host=True)
            for name, value in {"Host": MEDIA, "X-Forwarded-Proto": "https", "Cookie": cookies}.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.read().startswith(b"\xff\xfb")
        finally:
            connection.close()

    own, other = (f"/{folder.split('/')[3]}" for folder in (FOLDER, OTHER_FOLDER))
    assert ask(f"{own}/hls/0.mp3") == (200, True)
    for path in (
        f"{other}/hls/0.mp3",
        f"{own}/..{other}/hls/0.mp3",
        f"{own}/%2e%2e{other}/hls/0.mp3",
        f"{own}/..%2f{other[1:]}/hls/0.mp3",
    ):
        assert ask(path) == (403, False), path


@pytest.mark.parametrize(
    "name", ["CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id", "CloudFront-Hash-Algorithm"]
)
def test_cookie_that_was_tampered_with_opens_nothing(room: Classroom, name: str) -> None:
    given_cookies(room)
    values = {cookie["name"]: cookie["value"] for cookie in room.cookies()}
    value = values.get(name, "")
    room.set_cookie(name, value[:-8] + ("AAAAAAAA" if value[-8:] != "AAAAAAAA" else "BBBBBBBB") if value else "SHA256")

    assert room.status(f"{FOLDER}hls/0.mp3") == 403


def test_policy_for_all_that_was_put_into_the_cookie_opens_nothing(room: Classroom) -> None:
    import base64

    given_cookies(room)
    text = f'{{"Statement":[{{"Resource":"https://{MEDIA}/*","Condition":{{"DateLessThan":{{"AWS:EpochTime":2000000000}}}}}}]}}'
    room.set_cookie("CloudFront-Policy", base64.b64encode(text.encode()).decode().replace("=", "_"))

    assert room.status(f"{FOLDER}hls/0.mp3") == 403


def test_cookies_are_no_business_of_scripts_and_of_the_lms(room: Classroom) -> None:
    given_cookies(room)
    cookies = room.cookies()

    assert {cookie["name"] for cookie in cookies} == {
        *("CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id")
    }
    assert all((cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Lax") for cookie in cookies)
    assert "CloudFront" not in run(room, "return document.cookie")


@pytest.mark.parametrize("spelled", [FOLDER, FOLDER.replace("%2B", "+")])
def test_cookies_are_sent_however_a_plus_sign_is_written(room: Classroom, spelled: str) -> None:
    given_cookies(room)

    assert room.status(f"{spelled}hls/0.mp3") == 200


def test_pages_of_others_may_ask_neither_the_lms_nor_the_media_host(room: Classroom) -> None:
    """Here one of the same site, whose requests carry the cookies."""
    given_cookies(room)
    room.browser.open(f"https://{MEDIA}/")
    script = f"return open('{COURSE}').then(answer => answer.status, error => error.name)"

    assert run(room, script) == "TypeError"


def test_link_to_a_file_leads_there_after_logging_in(room: Classroom) -> None:
    room.browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    link = f"https://{LMS}/cloudfront/media/{COURSE}/hls/index.m3u8"
    room.browser.open(link)
    assert room.browser.run("return location.pathname") == "/login"

    enter(room, "learner")
    script = f"const answer = await fetch('{link}', {{credentials: 'include', redirect: 'manual'}}); return answer.type"
    assert run(room, script) == "opaqueredirect"
    assert room.status(link.replace("index.m3u8", "0.mp3")) == 200
    assert room.browser.run("return location.host") == MEDIA


# The example page


@pytest.fixture(scope="module")
def hls_js(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """hls.js, as those get it who use the page."""
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("needs npm, to get hls.js")
    folder = tmp_path_factory.mktemp("hls")
    done = subprocess.run([npm, "pack", "--silent", "hls.js@1.6"], cwd=folder, capture_output=True, text=True)
    packages = list(folder.glob("*.tgz"))
    if done.returncode or not packages:
        pytest.skip("npm does not get hls.js: it is offline")
    with tarfile.open(packages[0]) as package:
        script = package.extractfile("package/dist/hls.min.js")
        assert script
        return script.read()


def show_example(room: Classroom, name: str, script: bytes = b"") -> None:
    """Open the example page as somebody, with hls.js or without, and have it play."""
    page = Path(ROOT, "examples", "hls-player.html").read_bytes()
    room.pages.say("/hls.min.js", body=script, content_type="text/javascript")
    room.pages.say("/player.html", body=page, content_type="text/html")
    if name:
        room.log_in(name)
    else:
        room.browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    room.lines.clear()
    room.browser.open(f"https://{MFE}/player.html?course={COURSE}&video=hls/index.m3u8")
    # Players of browsers that nobody looks at may begin only when they are silent.
    run(
        room, "const video = document.querySelector('video'); video.muted = true; video.playbackRate = 16; video.play()"
    )


def test_example_page_plays_the_recording_with_hls_js(room: Classroom, hls_js: bytes) -> None:
    show_example(room, "learner", hls_js)

    assert eventually(lambda: run(room, "return document.querySelector('video').ended"))
    assert run(room, "return document.querySelector('video').duration") == pytest.approx(SEGMENTS * SECONDS, abs=0.3)
    assert run(room, "return document.querySelector('[role=alert]').textContent") == ""


def test_example_page_has_the_browser_s_own_player_send_the_cookies(room: Classroom) -> None:
    show_example(room, "learner")
    if not run(room, "return document.querySelector('video').canPlayType('application/vnd.apple.mpegurl')"):
        pytest.skip("this browser plays no HLS by itself")

    def is_served(name: str) -> bool:
        return any(re.search(rf" 20[06] .*/hls/{name}$", line) for line in room.lines)

    assert eventually(lambda: is_served("index.m3u8") and is_served("0.mp3")), room.lines


@pytest.mark.parametrize(("name", "said"), [("stranger", "You have no access to this course."), ("", "Please log in.")])
def test_example_page_says_why_it_does_not_play(room: Classroom, name: str, said: str) -> None:
    show_example(room, name)

    assert eventually(lambda: run(room, "return document.querySelector('[role=alert]').textContent") == said)
