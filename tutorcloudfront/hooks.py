"""The filters that other plugins may use.

They stand apart from ``plugin.py``, so that they belong to no plugin's context, whoever imports them first.
"""

from __future__ import annotations

import typing as t

from tutor.core.hooks import Filter

if t.TYPE_CHECKING:
    from tutorcloudfront.settings import Settings
    from tutorcloudfront.sites import Site

#: The sites of the platform, each of which becomes a CloudFront distribution.
#:
#: Callbacks get the list of :py:class:`tutorcloudfront.sites.Site` and the checked settings, and return the
#: list. A site's `name` is its identity: keep it, and the distribution is updated; change it, and there is a new
#: one. This adds the documentation of a platform, fetched from where it is built::
#:
#:     from tutorcloudfront.hooks import CLOUDFRONT_SITES
#:
#:     @CLOUDFRONT_SITES.add()
#:     def _add_docs(sites, settings):
#:         from tutorcloudfront.sites import Behavior, Site
#:
#:         return [
#:             *sites,
#:             Site(
#:                 name="docs.example.com",
#:                 origin="docs-build.example.com",
#:                 aliases=("docs.example.com",),
#:                 certificate_arn=settings.certificate_arn,
#:                 default=Behavior(serve="origin"),
#:             ),
#:         ]
CLOUDFRONT_SITES: Filter[list[Site], [Settings]] = Filter()
