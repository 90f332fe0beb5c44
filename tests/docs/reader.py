"""Somebody who does what a document says, command by command, with Tutor and an emulated AWS account."""

from __future__ import annotations

import os
import re
import subprocess
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from tests.docs.blocks import Block
from tests.support.project import TUTOR, Project
from tutorcloudfront import project as tutor_project
from tutorcloudfront.sandbox import Sandbox
from tutorcloudfront.settings import Settings, check
from tutorcloudfront.sites import sites_of

EXTRA_DOMAINS = "CLOUDFRONT_EXTRA_DOMAINS"
#: What commands need that tests do not have. All others are run.
NEEDS = {
    r"aws": "an AWS account and the AWS CLI",
    r"chromium|curl|dig|openssl|tutor cloudfront doctor": "the Internet, with the platform and its distributions on it",
    r"docker|tutor (images|local|dev)": "Docker",
    r"kubectl|tutor k8s": "a Kubernetes cluster",
    r"git|gh": "a repository",
    r"mail": "a mail server",
    r"make|pip|python3? -m (pip|venv)|scriv": "an environment of its own, in which other tests do the same",
}
#: Exit statuses beside 0 that are no failure.
STATUSES = {"tutor cloudfront plan": (2,)}
#: What certificates of the examples are for.
HOSTS = ("*.example.com", "*.learn.example.com")
#: What a reader answers where a command asks.
ANSWERS = {"tutor cloudfront destroy": "learn-example-com"}


@dataclass
class Reader:
    """A reader with a project of their own, in an account."""

    project: Project
    sandbox: Sandbox

    def __post_init__(self) -> None:
        self._environment = {
            **self.sandbox.environment(self.project.environment(), ["acme-production", "acme-staging"]),
            "PATH": f"{TUTOR.parent}:{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
        }

    def do(self, block: Block) -> None:
        """Carry out a block: put settings into config.yml, run commands."""
        if block.language == "yaml":
            self._write(yaml.safe_load(block.text))
        elif block.language == "sh":
            for command, given in commands(block.text):
                if not needs(command):
                    self._run(command, given)

    def _write(self, document: dict[str, t.Any]) -> None:
        if all(name.isupper() for name in document):
            self.project.set(**{**document, **self._extra_domains(document)})
            self._provide(check(tutor_project.load(str(self.project.root))))

    def _extra_domains(self, document: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the list of sites with those of an example added, or none where it says so."""
        if not (added := document.get(EXTRA_DOMAINS)):
            return {}
        domains = {entry["domain"] for entry in added}
        others = [entry for entry in self.project.config().get(EXTRA_DOMAINS, []) if entry["domain"] not in domains]
        return {EXTRA_DOMAINS: [*others, *added]}

    def _provide(self, settings: Settings) -> None:
        """Put into the account what settings take for granted."""
        for site in sites_of(settings):
            if site.certificate_arn:
                self.sandbox.add_certificate(site.certificate_arn, HOSTS)
            if site.bucket:
                self.sandbox.add_bucket(site.bucket, site.origin.split(".")[2])
        if settings.web_acl_arn:
            self.sandbox.add_web_acl(settings.web_acl_arn)

    def _run(self, command: str, given: str) -> None:
        """Run a command in a terminal, and see that it ends well."""
        ours, theirs = os.openpty()
        answer = next((answer for start, answer in ANSWERS.items() if command.startswith(start)), "y")
        os.write(ours, f"{answer}\n".encode())
        try:
            result = subprocess.run(
                ["sh", "-c", command],
                env=self._environment,
                cwd=self.project.folder,
                **({"input": given} if given else {"stdin": theirs}),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                timeout=120,
                check=False,
            )
        finally:
            os.close(ours)
            os.close(theirs)
        allowed = next((statuses for part, statuses in STATUSES.items() if part in command), ())
        assert result.returncode in (0, *allowed), f"$ {command}\n{result.stdout}\nexit status {result.returncode}"
        assert "Traceback" not in result.stdout, f"$ {command}\n{result.stdout}"


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of a block, each with what it is given to read.

    A block is a command a line. Where lines begin with a prompt, they are the commands, and the rest is what is printed; lines
    with a prompt after a first one without are typed into that.
    """
    lines = text.replace("\\\n", "").splitlines()
    typed = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    if typed and not lines[0].startswith("$ "):
        yield lines[0], "\n".join(line for line in typed if not needs(line)) + "\n"
        return
    for line in typed or lines:
        if line.strip() and not line.lstrip().startswith("#"):
            yield line, ""


def needs(command: str) -> str:
    """Return what a command needs that is not here, "" if it can be run."""
    parts = [part.strip() for part in re.split(r"\|\|?|&&|;", command)]
    found = (need for part in parts for names, need in NEEDS.items() if re.match(rf"({names})\b", part))
    return next(found, "")
