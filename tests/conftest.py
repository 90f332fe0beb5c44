from __future__ import annotations

pytest_plugins = ["tests.support.project", "tests.support.sandbox"]
