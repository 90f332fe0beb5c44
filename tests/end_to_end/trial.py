"""A platform on which something goes wrong, and what must hold once it has been put right by running again."""

from __future__ import annotations

import signal
import stat
import subprocess
import threading
import typing as t
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from tests.support import faults
from tests.support.platform import Platform

CREATE = ("create-cloudfront-resources", "--yes")
COMMENT = "# Kept in Git: leave the order and the comments as they are.\n"
LAST_COMMENT = "# the end\n"
MODE = 0o640
#: A key that the emulated account takes, and that nobody else must see.
SECRET = "wJalrXUtnFEMI+K7MDENG/bPxRfiCYEXAMPLEKEY"
SECRET_SETTINGS = ("PASSWORD", "SECRET", "PRIVATE_KEY")
SAVED = "CLOUDFRONT_DISTRIBUTIONS"


class Trial:
    """Writes config.yml as people do, runs commands, and keeps all that they say."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._told: list[str] = []
        self.last_told = ""
        self.set(CLOUDFRONT_AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", CLOUDFRONT_AWS_SECRET_ACCESS_KEY=SECRET)

    @property
    def config_path(self) -> Path:
        return self.platform.project.config_path

    def set(self, **settings: t.Any) -> None:
        """Change settings by hand, between comments."""
        self.platform.project.set(**settings)
        text = self.config_path.read_text(encoding="utf-8")
        self.config_path.write_text(f"{COMMENT}{text}{LAST_COMMENT}", encoding="utf-8")
        self.config_path.chmod(MODE)
        self._mine = {name: value for name, value in self.platform.project.config().items() if name != SAVED}

    def run(self, *args: str, status: int | None = 0, prefix: Sequence[str] = ()) -> str:
        """Run `tutor cloudfront …`, and return what it says on stderr."""
        result = self.platform.run(*(args or (*CREATE, "--no-wait")), status=status, prefix=prefix)
        self._told += [result.stdout, result.stderr]
        return result.stderr

    def start(self, *args: str) -> subprocess.Popen[str]:
        return self.platform.start(*(args or (*CREATE, "--no-wait")))

    def end(self, process: subprocess.Popen[str]) -> str:
        """Wait for the end of a command, and return all that it says."""
        told = "".join(process.communicate(timeout=120))
        self.last_told = told
        self._told.append(told)
        return told

    def stop_at_call(self, number: int, *args: str, with_signal: int = signal.SIGKILL) -> None:
        """Run a command and send it a signal after a call of its own, if it makes as many."""
        running: list[subprocess.Popen[str]] = []
        self.platform.put_in_front(faults.AfterCall(number, lambda: running[0].send_signal(with_signal)))
        running.append(self.start(*args))
        self.end(running[0])
        self.platform.put_in_front()

    def stop_after(self, seconds: float, *args: str, with_signal: int) -> subprocess.Popen[str]:
        """Run a command and send it a signal some time after its first call, if it has not ended by then."""
        begun = threading.Event()
        self.platform.put_in_front(faults.AfterCall(1, begun.set))
        process = self.start(*args)
        begun.wait(60)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(with_signal)
        self.end(process)
        self.platform.put_in_front()
        return process

    def at_once(self, number: int, *args: str) -> list[int]:
        """Run a command several times together, and return how each ended."""
        runs = [self.start(*args) for _ in range(number)]
        for run in runs:
            self.end(run)
        return [run.returncode for run in runs]

    def assert_put_right(self) -> None:
        """Run again, and check that all is as if nothing had ever gone wrong."""
        self.platform.put_in_front()
        self.run()
        self.platform.assert_as_desired()
        self.assert_config_whole()
        assert sorted(self.platform.project.config()[SAVED]) == [
            "apps.learn.example.com",
            "learn.example.com",
            "studio.learn.example.com",
        ]
        self.assert_nothing_left_or_told()

    def assert_config_whole(self) -> None:
        """Check that config.yml is what it was but for what the plugin saves, with comments and mode."""
        text = self.config_path.read_text(encoding="utf-8")
        assert text.startswith(COMMENT)
        assert LAST_COMMENT in text
        assert stat.S_IMODE(self.config_path.stat().st_mode) == MODE
        assert {name: value for name, value in yaml.safe_load(text).items() if name != SAVED} == self._mine

    def assert_nothing_left_or_told(self) -> None:
        """Check that there are no files that nobody asked for, and that no output shows a secret."""
        assert sorted(path.name for path in self.platform.project.root.iterdir()) == ["config.yml", "env"]
        told = "".join(self._told)
        secrets = [str(value) for name, value in self._mine.items() if any(word in name for word in SECRET_SETTINGS)]
        assert SECRET in secrets
        assert [secret for secret in secrets if secret in told] == []


#: Makes a trial on a platform of its own, in an account that is empty then.
Trials = Callable[[], Trial]
