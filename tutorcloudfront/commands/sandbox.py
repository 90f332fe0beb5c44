"""`tutor cloudfront sandbox`"""

from __future__ import annotations

import os
import shlex
import subprocess
import threading
import typing as t
from collections.abc import Callable

import click
from tutor.exceptions import TutorError

from tutorcloudfront.commands.group import root_of

if t.TYPE_CHECKING:
    from tutorcloudfront.sandbox import Sandbox
    from tutorcloudfront.settings import Settings


def _origins(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Return base URLs by host, of values in the form of `HOST=URL`."""
    from tutorcloudfront.sandbox.edge.locations import checked

    origins = {}
    for value in values:
        host, _, url = value.partition("=")
        if not (host and url):
            raise click.BadParameter(f"{value}: not of the form HOST=URL")
        try:
            origins[host] = checked(url)
        except ValueError as error:
            raise click.BadParameter(f"{value}: {error}") from error
    return origins


@click.command(context_settings={"allow_interspersed_args": False})
@click.option(
    "origins",
    "--origin",
    metavar="HOST=URL",
    callback=_origins,
    multiple=True,
    help="Where the host of an origin really is, learn.example.com=http://127.0.0.1:8000. Can be given several times.",
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def sandbox(context: click.Context, command: tuple[str, ...], origins: dict[str, str]) -> None:
    """
    Try things out in an emulated AWS account

    COMMAND is run with an AWS account of its own on this machine, which refuses what AWS refuses and is gone in the
    end. The certificates, buckets and web ACL that the settings name are there already. Nothing is ever sent to AWS,
    whatever credentials there are. The exit status is the command's. Without a COMMAND, it stays until Ctrl-C:

        tutor cloudfront sandbox -- tutor cloudfront create-cloudfront-resources

    What CloudFront would then do with requests can be tried as well: a local edge serves the distributions at
    CLOUDFRONT_EDGE_URL, to requests with a distribution's host. It gets their files from where --origin says:

        tutor cloudfront sandbox --origin lms.example.com=http://127.0.0.1:8000
    """
    from tutorcloudfront import project
    from tutorcloudfront.commands import output
    from tutorcloudfront.sandbox import Sandbox
    from tutorcloudfront.sandbox.surroundings import forget_aws

    forget_aws(os.environ)
    root = root_of(context)
    settings = _settings(root)
    before = project.saved(root)
    number = _account_number([*_certificates(settings), *([settings.web_acl_arn] if settings else [])])
    with Sandbox(account=number, origins=origins, log=_edge_line(output.words)) as account:
        _provide(account, number, settings)
        profiles = [settings.aws_profile] if settings and settings.aws_profile else []
        environment = account.environment(os.environ, profiles)
        status = _run(command, environment) if command else _stay(account, environment)
    if (now := project.saved(root)) and now != before:
        _warn()
    context.exit(status)


def _edge_line(words: Callable[[str], None]) -> Callable[[str], None]:
    return lambda line: words(f"Edge: {line}")


def _settings(root: str) -> Settings | None:
    """Return the platform's settings; where they are wrong, it is for the command in the sandbox to say so."""
    from tutorcloudfront import project
    from tutorcloudfront.settings import check

    try:
        return check(project.load(root))
    except TutorError:
        return None


def _certificates(settings: Settings | None) -> dict[str, list[str]]:
    """Return the ARNs of the certificates that the settings name, each with the hosts it is for."""
    from tutorcloudfront.sites import sites_of

    hosts: dict[str, list[str]] = {}
    for site in sites_of(settings) if settings else ():
        if site.aliases:
            hosts.setdefault(site.certificate_arn, []).extend(site.aliases)
    return hosts


def _account_number(arns: list[str]) -> str:
    """Return the account of the first ARN, since CloudFront takes no certificate of another account's."""
    return next((arn.split(":")[4] for arn in arns if arn), "123456789012")


def _provide(account: Sandbox, number: str, settings: Settings | None) -> None:
    """Put into the emulated account what the settings take for granted."""
    from tutorcloudfront.commands import output
    from tutorcloudfront.sites import sites_of

    for arn, hosts in _certificates(settings).items():
        if arn.split(":")[4] == number:
            account.add_certificate(arn, hosts)
            more = f" and {len(hosts) - 3} more" if hosts[3:] else ""
            output.words(f"Sandbox: a certificate for {', '.join(hosts[:3])}{more} is taken to be there.")
    for site in sites_of(settings) if settings else ():
        if site.bucket:
            account.add_bucket(site.bucket, site.origin.split(".")[2])
            output.words(f"Sandbox: an empty bucket {site.bucket} is taken to be there.")
    if settings and settings.web_acl_arn.split(":")[4:5] == [number]:
        account.add_web_acl(settings.web_acl_arn)


def _run(command: tuple[str, ...], environment: dict[str, str]) -> int:
    """Run a command to its end and return its exit status, in the manner of a shell."""
    try:
        process = subprocess.Popen(command, env=environment)  # noqa: S603
    except OSError as e:
        raise TutorError(f"{command[0]} can not be run: {e.strerror}. The command comes after `--`.") from e
    while True:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            continue  # the command got it as well, and decides what to do
        return status if status >= 0 else 128 - status


def _stay(account: Sandbox, environment: dict[str, str]) -> int:
    """Serve until Ctrl-C, telling other shells how to get here."""
    from tutorcloudfront.commands import output

    output.words(f"An emulated AWS account answers at {account.url}. In another shell:")
    for name, value in sorted(environment.items()):
        if name.startswith(("AWS_", "CLOUDFRONT_EDGE_")):
            click.echo(f"export {name}={shlex.quote(value)}")
    for line in _ways_to_the_edge(account):
        output.words(line)
    output.words("Ctrl-C ends it.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        output.words()
    return 0


def _ways_to_the_edge(account: Sandbox) -> list[str]:
    """Return how to have the edge answer for a distribution, which DNS does not lead to it."""
    http, https = account.edge.port, account.edge.tls_port
    return [
        "The local edge serves the distributions, as soon as there are any. HOST is what `create-cloudfront-resources`",
        "prints, d….cloudfront.net or an alias:",
        f"  curl -i -H 'Host: HOST' -H 'X-Forwarded-Proto: https' {account.edge_url}/static/…",
        f"  curl -i --insecure --connect-to HOST:443:127.0.0.1:{https} https://HOST/static/…",
        f"  curl -i --resolve HOST:{http}:127.0.0.1 http://HOST:{http}/static/…",
        "  chromium --user-data-dir=$(mktemp -d) --disable-quic --ignore-certificate-errors \\",
        f"    --host-resolver-rules='MAP HOST:443 127.0.0.1:{https}' https://HOST/static/…",
    ]


def _warn() -> None:
    from tutorcloudfront.commands import output

    output.note(
        "config.yml and the environment now speak of distributions of the sandbox, which are gone. Before the platform "
        "is started, run `tutor config save --unset CLOUDFRONT_DISTRIBUTIONS`, or "
        "`tutor cloudfront create-cloudfront-resources` against AWS."
    )
