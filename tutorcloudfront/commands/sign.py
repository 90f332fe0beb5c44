"""`tutor cloudfront sign-url` and `tutor cloudfront sign-cookies`"""

from __future__ import annotations

import json
import shlex
import time
import typing as t
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

import click
from tutor.commands.context import Context
from tutor.exceptions import TutorError

if t.TYPE_CHECKING:
    from tutorcloudfront.settings import Settings
    from tutorcloudfront.signing import Signer
    from tutorcloudfront.sites import Site

Command = t.TypeVar("Command", bound=Callable[..., t.Any])
Result = t.TypeVar("Result")
#: What is printed, by the name of its format.
Forms = dict[str, str]


def _time(_context: click.Context, _option: click.Parameter, value: str | None) -> int | None:
    """Return a point in time as epoch seconds."""
    if value is None:
        return None
    try:
        if value.isdecimal():
            return int(value)
        found = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise click.BadParameter(f"{value!r} is neither epoch seconds nor a time such as 2030-01-31T12:00:00+00:00")
    return int(found.timestamp())


def _window_options(command: Command) -> Command:
    """Add the options that say when and for whom a signature is good."""
    for option in reversed(
        (
            click.option("--expires-in", type=click.IntRange(1), metavar="SECONDS", help="How long it is good for  [default: CLOUDFRONT_SIGNED_TTL]"),
            click.option("--expires", callback=_time, metavar="TIME", help="When it ends: epoch seconds, or a time with its zone, 2030-01-31T12:00:00Z"),
            click.option("--starts", callback=_time, metavar="TIME", help="When it begins, if not at once"),
            click.option("--ip", metavar="RANGE", help="The IPv4 address, or range of addresses, that it is good for"),
            click.option("--format", "output_format", type=click.Choice(["text", "json", "curl"]), default="text", show_default=True, help="Text, one JSON document, or a line for the shell that tries it"),
        )
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@_window_options
@click.argument("url")
@click.pass_obj
def sign_url(context: Context, /, url: str, **options: t.Any) -> None:
    """
    Sign the URL of a private file

    Whoever has the signed URL can have the file until it expires:

        tutor cloudfront sign-url https://media.learn.example.com/video.mp4
    """

    def forms(signer: Signer, expires: int, starts: int | None, ip: str | None) -> Forms:
        signed = signer.url(url, expires, starts, ip)
        return {
            "text": signed,
            "json": _json({"url": signed, "expires": expires}),
            "curl": f"curl --globoff --head {shlex.quote(signed)}",
        }

    _print_signed(context.root, url, forms, **options)


@click.command()
@_window_options
@click.argument("resource")
@click.pass_obj
def sign_cookies(context: Context, /, resource: str, **options: t.Any) -> None:
    """
    Sign cookies for private files

    RESOURCE is a URL, in which `*` stands for any characters, and needs quotes for the shell. Whoever sends the cookies can
    have all that it covers until they expire:

        tutor cloudfront sign-cookies 'https://media.learn.example.com/course/*'
    """

    def forms(signer: Signer, expires: int, starts: int | None, ip: str | None) -> Forms:
        cookies = signer.cookies(resource, expires, starts, ip)
        fields = [f"{name}={value}" for name, value in cookies.items()]
        return {
            "text": "\n".join(fields),
            "json": _json({"cookies": cookies, "expires": expires}),
            "curl": f"curl --globoff --head --cookie {shlex.quote('; '.join(fields))} {shlex.quote(resource)}",
        }

    _print_signed(context.root, resource, forms, **options)


def _print_signed(
    root: str,
    url: str,
    forms: Callable[[Signer, int, int | None, str | None], Forms],
    *,
    expires_in: int | None,
    expires: int | None,
    starts: int | None,
    ip: str | None,
    output_format: str,
) -> None:
    """Sign as the options say, and print the form that they ask for, beside what may not be as it is meant."""
    from tutorcloudfront import project
    from tutorcloudfront.settings import check
    from tutorcloudfront.sites import sites_of

    if expires_in is not None and expires is not None:
        raise click.UsageError("--expires-in and --expires say the same in two ways: give one")
    settings = check(project.load(root))
    lifetime = settings.signed_ttl if expires_in is None else expires_in
    end = int(time.time()) + lifetime if expires is None else expires
    signer = _signer(settings)
    signed = _signed(lambda: forms(signer, end, starts, ip))
    _note_other_host(url, settings, sites_of(settings))
    _note_long_life(end, settings)
    click.echo(signed[output_format])


def _signer(settings: Settings) -> Signer:
    from tutorcloudfront import keyring
    from tutorcloudfront.signing import Signer

    settings = keyring.with_private_keys(settings)
    key = keyring.signing_key(settings)
    if not key or not key.private_key:
        raise TutorError(
            "There is no key that signs: give a site `access: signed`, and run `tutor cloudfront "
            "create-cloudfront-resources`, which makes one."
        )
    return _signed(lambda: Signer(key.id, key.private_key.get_secret_value(), keyring.signing_algorithm(settings, key)))


def _note_other_host(url: str, settings: Settings, sites: list[Site]) -> None:
    from tutorcloudfront.commands import output

    saved = settings.distributions
    signed = [site for site in sites if site.access == "signed"]
    hosts = {host for site in signed for host in (*site.aliases, *_saved_hosts(saved.get(site.domain)))}
    host = urlsplit(url).hostname
    if host and not hosts & {host, f"*.{host.partition('.')[2]}"}:
        known = ", ".join(sorted(alias for site in signed for alias in site.aliases)) or "none"
        output.note(f"{host} is no site with `access: signed` here; these are: {known}")


def _saved_hosts(distribution: t.Any) -> tuple[str, ...]:
    return (distribution.domain_name,) if distribution else ()


def _note_long_life(end: int, settings: Settings) -> None:
    from tutorcloudfront.commands import output

    if end > time.time() + settings.signed_ttl + 1:
        output.note(
            f"this is good for longer than CLOUDFRONT_SIGNED_TTL ({settings.signed_ttl} s), and `rotate-keys` waits "
            "for no longer than that."
        )


def _signed(make: Callable[[], Result]) -> Result:
    from tutorcloudfront.signing import SigningError

    try:
        return make()
    except SigningError as e:
        raise TutorError(f"This can not be signed: {e}") from e


def _json(document: Mapping[str, t.Any]) -> str:
    return json.dumps(document, indent=2)
