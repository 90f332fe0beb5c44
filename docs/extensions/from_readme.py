"""`.. from-readme:: TITLE` puts a section of the README into a page, so that it is written once."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from docs.extensions import readme

#: The pages that have more about what a section of the README is about.
PAGES = {
    "A host name of your own for static files": "/guides/static-files",
    "After a new image": "/guides/static-files",
    "CloudFormation and StackSets": "/guides/accounts",
    "Commands": "/reference/commands",
    "Costs": "/guides/costs",
    "Course assets": "/guides/static-files",
    "Credentials": "/guides/accounts",
    "Edge authorization": "/guides/edge-authorization",
    "How are the sites?": "/guides/troubleshooting",
    "IAM permissions": "/reference/iam",
    "JSON": "/reference/commands",
    "Micro-frontends": "/guides/mfes",
    "Private course media": "/guides/private-media",
    "Something does not work": "/guides/troubleshooting",
    "Static files of LMS and Studio": "/guides/static-files",
    "The local edge": "/guides/static-files",
}
REFERENCE = re.compile(r"`([^`<>]+)`_(?!_)")


class FromReadme(SphinxDirective):
    """The body of a section, without those below it."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(readme.README))
        try:
            return self.parse_text_to_nodes(linked(readme.section(self.arguments[0])))
        except KeyError:
            raise self.error(f"The README has no section {self.arguments[0]!r}") from None


def linked(text: str) -> str:
    """Return text of the README with references to its sections leading to pages; of others Sphinx complains."""
    return REFERENCE.sub(lambda match: f":doc:`{match[1]} <{PAGES.get(match[1], match[1])}>`", text)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("from-readme", FromReadme)
    return {"parallel_read_safe": True}
