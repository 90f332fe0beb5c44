"""What a platform has got: a distribution for each site, the host names that lead there, what config.yml keeps of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.sites import Site


@dataclass(frozen=True)
class Served:
    """A site and its distribution, `None` where there is none yet."""

    site: Site
    distribution: Existing | None

    @property
    def aliases(self) -> tuple[str, ...]:
        """The host names of the site for which its distribution answers.

        One that it does not have yet, or that AWS has refused, would lead to an error page of CloudFront's.
        """
        there = self.distribution.config["Aliases"]["Items"] if self.distribution else ()
        return tuple(alias for alias in self.site.aliases if alias in there)

    @property
    def host(self) -> str:
        """The host that browsers ask for: the site's own, or else `d….cloudfront.net`; "" without a distribution."""
        if not self.distribution:
            return ""
        own = [alias for alias in self.aliases if not alias.startswith("*")]
        return own[0] if own else self.distribution.domain_name


def saved_form(results: Iterable[Served]) -> dict[str, dict[str, str]]:
    """Return the value of CLOUDFRONT_DISTRIBUTIONS: `{domain: {id, domain_name, host}}`."""
    return {
        result.site.domain: {
            "id": result.distribution.id,
            "domain_name": result.distribution.domain_name,
            "host": result.host,
        }
        for result in results
        if result.distribution
    }


def dns_records(results: Iterable[Served]) -> list[dict[str, str]]:
    """Return the records that lead browsers to CloudFront: `{name, type, value}`.

    Of a host name for which no distribution answers there is none: browsers are better off where they are.
    """
    return [
        {"name": alias, "type": "CNAME", "value": result.distribution.domain_name}
        for result in results
        if result.distribution
        for alias in result.aliases
    ]
