"""Chromium without a window, for which hosts are where a test says."""

from __future__ import annotations

import tempfile
import time
import typing as t
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.status.browser import CHROMEDRIVER, CHROMIUM

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--ignore-certificate-errors",
)


@dataclass(frozen=True)
class Browser:
    driver: t.Any

    def open(self, url: str) -> None:
        self.driver.get(url)

    def run(self, script: str) -> t.Any:
        """Return what a script returns; it may await."""
        wrapped = f"const done = arguments[0]; (async () => {{ {script} }})().then(done, error => done(String(error)))"
        return self.driver.execute_async_script(wrapped)

    def complaints(self) -> list[str]:
        """Return what the console says since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


@contextmanager
def started(hosts: Mapping[str, int]) -> Iterator[Browser]:
    """Start a browser that finds port 443 of hosts at ports of loopback, or skip the test where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium: pip install selenium")
    if not CHROMIUM or not CHROMEDRIVER:
        pytest.skip("needs Chromium and its driver; on Debian: apt install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    rules = ", ".join(f"MAP {host}:443 127.0.0.1:{port}" for host, port in hosts.items())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for argument in (*ARGUMENTS, f"--host-resolver-rules={rules}", f"--user-data-dir={folder}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(CHROMEDRIVER))
        driver.set_script_timeout(30)
        try:
            yield Browser(driver)
        finally:
            driver.quit()


def eventually(condition: Callable[[], object], seconds: float = 20) -> bool:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False
