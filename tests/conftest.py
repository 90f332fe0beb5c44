from __future__ import annotations

import signal

# Each after those that it imports.
pytest_plugins = [
    f"tests.support.{name}"
    for name in ("project", "sandbox", "origin", "caddy", "commands", "lab", "platform", "edge_platform")
]

# Where the tests run in the background of a shell, Ctrl-C is ignored by them and by all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
