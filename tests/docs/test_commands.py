"""What the documentation has readers do can be done, in the order in which they read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import DOCUMENTS, Block, blocks
from tests.docs.reader import Reader, commands, needs
from tests.support import ROOT
from tests.support.project import Project
from tests.support.sandbox import DEPLOY_SECONDS
from tutorcloudfront.sandbox import Sandbox

#: That of the certificates in the documentation.
ACCOUNT = "111122223333"


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    with Sandbox(account=ACCOUNT, deploy_seconds=DEPLOY_SECONDS) as sandbox:
        yield sandbox


@pytest.fixture
def reader(project: Project, account: Sandbox) -> Reader:
    account.reset()
    return Reader(project, account)


def to_run(document: Path) -> list[Block]:
    return [block for block in blocks(document) if not block.not_run]


@pytest.mark.parametrize(
    "document", [document for document in DOCUMENTS if to_run(document)], ids=lambda path: str(path.relative_to(ROOT))
)
def test_commands_do_what_the_document_says(document: Path, reader: Reader) -> None:
    for block in to_run(document):
        try:
            reader.do(block)
        except Exception as error:
            error.add_note(f"{document}:{block.line}") if hasattr(error, "add_note") else None
            raise


def test_commands_of_a_block_are_told_from_what_they_print() -> None:
    assert list(commands("one \\\n  more\n# not\ntwo   # words")) == [("one   more", ""), ("two   # words", "")]
    assert list(commands("$ one\nprinted\n$ two")) == [("one", ""), ("two", "")]
    assert list(commands("sh\n$ one\nprinted\n$ curl x")) == [("sh", "one\n")]


def test_commands_that_need_more_than_there_is_are_known() -> None:
    assert needs("tutor cloudfront plan || mail -s differs ops@example.com") == "a mail server"
    assert needs("tutor local restart openedx") == "Docker"
    assert needs("tutor cloudfront plan") == needs("tutor config save") == ""
