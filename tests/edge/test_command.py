"""`tutor cloudfront sandbox` and its local edge."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.support.origin import Origin
from tests.support.project import TUTOR, Project

#: Makes a distribution and asks the edge for a file twice, knowing nothing but its environment.
CLIENT = """
import os, time, urllib.request
import boto3
from tests.sandbox.examples import behavior, created, distribution

cloudfront = boto3.client("cloudfront")
default = behavior(ViewerProtocolPolicy="allow-all")
made = created(cloudfront, distribution(DefaultCacheBehavior=default))
cloudfront.get_waiter("distribution_deployed").wait(Id=made["Id"], WaiterConfig={"Delay": 1})
for _ in range(2):
    request = urllib.request.Request(os.environ["CLOUDFRONT_EDGE_URL"] + "/file", headers={"Host": made["DomainName"]})
    with urllib.request.urlopen(request) as answer:
        print(answer.status, answer.headers["X-Cache"], answer.read().decode())
"""


def test_command_reaches_the_edge_by_its_environment(project: Project, running_origin: Origin) -> None:
    running_origin.forget()
    origin = f"learn.example.com={running_origin.url}"
    command = ["cloudfront", "sandbox", "--origin", origin, "--", sys.executable, "-c", CLIENT]
    done = project.tutor(*command, env={"PYTHONPATH": str(__file__).rpartition("/tests/")[0]})

    assert done.stdout.splitlines() == ["200 Miss from cloudfront body", "200 Hit from cloudfront body"]
    told = [line for line in done.stderr.splitlines() if line.startswith("Edge: ")]
    assert [line.split("  ")[1:4] for line in told] == [["*", "Miss", "200"], ["*", "Hit", "200"]]


@pytest.mark.parametrize(
    "origin",
    ["learn.example.com", "=http://127.0.0.1:1", "a.b=127.0.0.1:8000", "a.b=ftp://127.0.0.1", "a.b=http://c/d", "a.b="],
)
def test_origin_that_is_not_of_the_form_is_refused(project: Project, origin: str) -> None:
    done = project.tutor("cloudfront", "sandbox", "--origin", origin, "--", "true", check=False)

    assert done.returncode == 1
    assert "--origin" in done.stderr
    assert "Traceback" not in done.stderr


def test_sandbox_in_the_foreground_says_how_to_reach_the_edge(project: Project) -> None:
    process = subprocess.Popen(
        [TUTOR, "cloudfront", "sandbox"],
        env=project.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    words: list[str] = []
    for line in process.stderr:
        words.append(line)
        if "Ctrl-C" in line:
            break
    process.send_signal(signal.SIGINT)
    exports, _ = process.communicate(timeout=30)

    assert "export CLOUDFRONT_EDGE_URL=http://127.0.0.1:" in exports
    assert "export CLOUDFRONT_EDGE_HTTPS_URL=https://127.0.0.1:" in exports
    told = "".join(words)
    assert all(word in told for word in ("-H 'Host: HOST'", "--connect-to", "--resolve", "--host-resolver-rules"))
