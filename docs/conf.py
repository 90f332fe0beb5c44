"""How Sphinx builds the documentation: `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tutorcloudfront.__about__ import __version__  # noqa: E402

project = "CloudFront for Open edX"
author = "The tutor-contrib-cloudfront authors"
copyright = author  # noqa: A001
release = __version__

extensions = ["docs.extensions.reference", "docs.extensions.from_readme"]
exclude_patterns = ["_build"]
# Blocks after `::` are for the shell.
highlight_language = "sh"
nitpicky = True

html_theme = "furo"
html_title = f"{project} {release}"
html_show_sphinx = False
html_copy_source = False
html_static_path = ["_static"]
