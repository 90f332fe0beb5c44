"""`tutor cloudfront edge`"""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

import click
from tutor.commands.context import Context
from tutor.exceptions import TutorError

if t.TYPE_CHECKING:
    from collections.abc import Iterator


@click.group()
def edge() -> None:
    """
    Functions that run where the viewers are

    They check tokens, and sign requests to services of AWS, for sites with `access: jwt` and `service`.
    """


@edge.command()
@click.option(
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder to write the zips to; it is made where it is missing",
)
@click.pass_obj
def package(context: Context, output: Path) -> None:
    """
    Write the zips of the functions, as they would be deployed

    `SITE-authorizer.zip` for each site with `access: jwt`, `SITE-signer.zip` for each with a `service`. AWS is not asked
    anything; key sets are read from their issuers.
    """
    zips = dict(_zips(context.root))
    if not zips:
        raise TutorError("No site has access: jwt or a service, so there are no functions to package.")
    for name, code in zips.items():
        click.echo(_write(output, name, code))


def _zips(root: str) -> Iterator[tuple[str, bytes]]:
    """Yield the names of the files and what is in them."""
    from tutorcloudfront import project
    from tutorcloudfront.key_sets import read_key_sets
    from tutorcloudfront.resources.edge import code_of, tasks_of
    from tutorcloudfront.settings import check
    from tutorcloudfront.sites import sites_of

    settings = check(project.load(root))
    sites = sites_of(settings)
    key_sets = read_key_sets(settings, sites)
    for site in sites:
        for task in tasks_of(site):
            # What stands for any host would be a wildcard to shells as well.
            yield f"{site.name.replace('*', '_')}-{task}.zip", code_of(settings, site, task, key_sets)


def _write(folder: Path, name: str, content: bytes) -> Path:
    """Write a file so that it is there as a whole or not at all."""
    path, draft = folder / name, folder / f".{name}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as e:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise TutorError(f"{path} can not be written: {e.strerror}. Name a folder that is yours.") from e
    return path
