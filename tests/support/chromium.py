"""Chromium without a window, for which hosts are where a test says: a real browser, with what it has to say about a page."""

from __future__ import annotations

import shutil
import tempfile
import time
import typing as t
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMEDRIVER = shutil.which("chromedriver")
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

    def be(self, *, width: int = 1280, scheme: str = "light") -> None:
        """Have a window of this width, and somebody before it who wants `light` or `dark`."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def run(self, script: str) -> t.Any:
        """Return what a script returns; it may await."""
        wrapped = f"const done = arguments[0]; (async () => {{ {script} }})().then(done, error => done(String(error)))"
        return self.driver.execute_async_script(wrapped)

    def complaints(self) -> list[str]:
        """Return what the console says since it was asked last, of what the page's policy forbids as well."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


def require_chromium() -> tuple[str, str]:
    """Return the browser and its driver, or skip the test where there are none."""
    pytest.importorskip("selenium.webdriver", reason="needs selenium: pip install selenium")
    if not CHROMIUM or not CHROMEDRIVER:
        pytest.skip("needs Chromium and its driver; on Debian: apt install chromium chromium-driver")
    return CHROMIUM, CHROMEDRIVER


@contextmanager
def started(hosts: Mapping[str, int]) -> Iterator[Browser]:
    """Start a browser that finds port 443 of hosts at ports of loopback, or skip the test where there is none."""
    chromium, driver_path = require_chromium()
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    rules = ", ".join(f"MAP {host}:443 127.0.0.1:{port}" for host, port in hosts.items())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for argument in (*ARGUMENTS, f"--host-resolver-rules={rules}", f"--user-data-dir={folder}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver_path))
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
