"""An AWS account that one need not have: CloudFront as strict as AWS, and moto for the rest, on a loopback port.

Data flows through it in one direction:

- `server` takes the request, and moto reads it by botocore's model,
- `emulation` hands it to the operation of that name,
- `operations` look up, ask `rules` whether AWS would do it, fill in `defaults`, and put it in `store`.

Beside it, `edge` serves what is in the store. Only `server`, `emulation`, `neighbours`, `lambdas` and what is
named after stacks know moto, which is an extra and imported when a sandbox starts.
"""

from __future__ import annotations

from tutorcloudfront.sandbox.server import Sandbox

__all__ = ["Sandbox"]
