"""`tutor cloudfront rotate-keys`"""

from __future__ import annotations

import json
import time
import typing as t
from datetime import datetime

import click
from tutor.commands.context import Context
from tutor.exceptions import TutorError

from tutorcloudfront.commands.group import format_option, yes_option

if t.TYPE_CHECKING:
    from tutorcloudfront.aws.kinds import Existing
    from tutorcloudfront.keyring import Keys
    from tutorcloudfront.reconcile.comparison import Comparison
    from tutorcloudfront.resources.resource import Ref
    from tutorcloudfront.settings import SigningKey

RESTART = (
    "Now restart the platform, which signs with the old key until then, with\n"
    "  tutor local restart openedx    (on Kubernetes: tutor k8s start)\n"
    "and when it is up again, run this once more."
)


@click.command()
@yes_option
@format_option
@click.pass_obj
def rotate_keys(context: Context, yes: bool, output_format: str) -> None:
    """
    Replace the key that signs, in stages

    Nobody loses access. The first run makes a new key, tells CloudFront of it, and has the platform sign with it.
    Restart the platform, and run this again to say so: from then on the old key signs nothing any more. A third run,
    once the last of its signatures has expired, takes the old key away. Each run goes on where the one before it ended,
    also one that was interrupted, and says what comes next.
    """
    from tutorcloudfront.commands import output

    rotation = _Rotation(context.root, yes)
    stage, told = rotation.go_on()
    if output_format == "json":
        click.echo(json.dumps({"stage": stage, "keys": [_entry(key) for key in rotation.keys], "next": told}, indent=2))
    else:
        output.words(told)


class _Rotation:
    """One run of the command: at most one stage is carried out."""

    def __init__(self, root: str, yes: bool) -> None:
        from tutorcloudfront import keyring, project
        from tutorcloudfront.reconcile.comparison import compare

        self._root = root
        self._yes = yes
        self._comparison: Comparison = compare(project.load(root))
        self._existing: dict[Ref, Existing] = dict(self._comparison.inventory.existing)
        if not keyring.are_needed(self._comparison.sites) or not keyring.signing_key(self._comparison.settings):
            raise TutorError(
                "There is no key that signs: `tutor cloudfront create-cloudfront-resources` makes the first, once a site "
                "has `access: signed`."
            )
        keyring.require_private_keys(self._comparison.settings)

    @property
    def keys(self) -> Keys:
        return self._comparison.settings.signing_keys

    def go_on(self) -> tuple[str, str]:
        """Carry out the stage that the keys are in; return its name, and what comes next."""
        from tutorcloudfront import rotation

        stage = rotation.stage(self.keys, time.time())
        if stage == "none":
            self._add()
            stage = "switch"
        steps = {"switch": self._switch, "restart": self._restarted, "wait": self._wait, "remove": self._remove}
        return stage, steps[stage]()

    def _add(self) -> None:
        """Make a key, and keep it before CloudFront is told of it: in config.yml, or by what comes next in the secret."""
        from tutorcloudfront import keyring, project
        from tutorcloudfront.settings import check

        self._refuse_full_group()
        settings = self._comparison.settings
        if settings.signing_secret:
            self._set((*self.keys, keyring.new_key(settings)))
        else:
            keyring.add(self._root, settings)
            self._set(check(project.load(self._root)).signing_keys)

    def _refuse_full_group(self) -> None:
        from tutorcloudfront import keyring, rotation
        from tutorcloudfront.resources.shared import KEYS, named

        group = self._existing.get(named(KEYS, self._comparison.settings))
        held = len(group.config["Items"]) if group else 0
        if max(held, len(self.keys)) >= rotation.MAX_KEYS:
            raise TutorError(
                f"A key group holds {rotation.MAX_KEYS} keys, and this one is full. Take one that signs nothing any more "
                f"out of it in the CloudFront console, and out of {keyring.SAVED} if it is there."
            )

    def _switch(self) -> str:
        """Have CloudFront trust the new key everywhere, then sign with it."""
        from tutorcloudfront import keyring, project, rotation
        from tutorcloudfront.commands.progress import wait_for

        comparison = self._comparison
        self._apply("secret", "public_key", "key_group")
        served = [each.distribution.id for each in comparison.served() if each.distribution]
        wait_for(comparison.aws, served, "Deploying the new key to")
        # A run beside this one may have written what it read before this one wrote.
        self._apply("secret")
        self._save(rotation.switched(keyring.with_ids(comparison.settings, self._existing)))
        project.render(self._root)
        return RESTART

    def _restarted(self) -> str:
        """Note that the old key signs no longer."""
        from tutorcloudfront import rotation
        from tutorcloudfront.commands.questions import confirm

        confirm(
            "Has the platform been restarted since the key was switched?",
            "Whether the platform has been restarted since the key was switched is for you to say",
            self._yes,
        )
        self._save(rotation.restarted(self.keys, time.time(), self._comparison.settings.signed_ttl))
        return self._wait()

    def _wait(self) -> str:
        until = max(key.until for key in self.keys)
        return f"The last signature of the old key expires at {_clock(until)}. Run this again after that."

    def _remove(self) -> str:
        """Take away the keys that nothing is signed with any more: from CloudFront, from the secret, from config.yml."""
        from tutorcloudfront import rotation
        from tutorcloudfront.aws.kinds.secret import SECRET
        from tutorcloudfront.aws.kinds.signing import PUBLIC_KEY
        from tutorcloudfront.commands import output

        comparison, settings = self._comparison, self._comparison.settings
        gone = rotation.expired(self.keys, time.time())
        for key in gone:
            name = key.name(settings.resource_prefix)
            if existing := comparison.existing("public_key", name):
                PUBLIC_KEY.delete(comparison.aws, existing)
                output.words(f"  - public key {name}: deleted")
        # Before config.yml forgets it: what a secret holds and nobody knows of would be taken for a new key.
        if secret := comparison.existing("secret", settings.signing_secret):
            SECRET.take_out(comparison.aws, secret, [key.fingerprint for key in gone])
        self._save(tuple(key for key in self.keys if key not in gone), gone)
        return "The old key is gone. The rotation is complete."

    def _apply(self, *kinds: str) -> None:
        from tutorcloudfront.commands import output
        from tutorcloudfront.reconcile.apply import apply_plan

        results = apply_plan(self._comparison.aws, self._comparison.plan_for(*kinds), output.result)
        self._existing |= {each.change.ref: each.existing for each in results if each.existing}
        output.raise_failures(results)

    def _save(self, keys: Keys, forgotten: Keys = ()) -> None:
        from tutorcloudfront import keyring

        elsewhere = keyring.in_secret(self._comparison.settings, self._existing)
        keyring.save(self._root, keys, forgotten=forgotten, elsewhere=elsewhere)
        self._set(keys)

    def _set(self, keys: Keys) -> None:
        self._comparison = self._comparison.with_keys(keys)


def _entry(key: SigningKey) -> dict[str, t.Any]:
    until = {"until": key.until} if key.until else {}
    return {"id": key.id, "fingerprint": key.fingerprint, "state": key.state, **until}


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")
