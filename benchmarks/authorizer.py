"""The authorizer at the edge

What the function for viewer-request does with a token that it has not seen before, beside the one modular exponentiation
that RSA cannot do without, and beside PyJWT with cryptography, which does not fit there, and AWS's `aws-jwt-verify` on
Node. Then with a token that it has seen, which none of the others remembers. *Handler* is all of it, from the event to the
request that goes on. The key has 2048 bits, the algorithm is RS256.

A cold import is the processor time of a bare interpreter (`python -I -S`) with nothing but the zip, from its start to its
end, beside one with a handler that does nothing; what is told is what is added to that.
"""

from __future__ import annotations

import io
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from unittest import mock

import jwt

from benchmarks.harness import Effort, Row, figure_at_least, figure_at_most, rates_of, ratio_at_least, turns
from benchmarks.harness.competitors import FOLDER
from benchmarks.harness.process import run
from tests.edge_functions.events import authorizer, with_token
from tests.edge_functions.tokens import AUDIENCE, ISSUER, Issuer, config_of, jwk, private_key
from tutorcloudfront.edge.authorizer import tokens
from tutorcloudfront.edge.authorizer.tokens import Verifier
from tutorcloudfront.edge.package import authorizer_zip

#: More than a process may remember here, so that each is new when its turn comes again.
TOKENS = 200
REMEMBERED = TOKENS // 2
NODE = Path(__file__).with_name("beside") / "aws_jwt_verify.mjs"
LIBRARY = "aws-jwt-verify@5.2.1"


def rows(effort: Effort) -> Iterable[Row]:
    several = [Issuer().token(jti=str(number)) for number in range(TOKENS)]
    with mock.patch.object(tokens, "MAX_REMEMBERED", REMEMBERED):
        rates = rates_of(_sides(several), effort)
    power, new, seen = rates["power"], rates["new"], rates["seen"]
    yield Row.compare("new token", new, "1/s", "the exponentiation alone", power, ratio_at_least(0.75))
    yield Row.compare("new token, handler", rates["new, handler"], "1/s", "the exponentiation alone", power)
    yield Row.compare("new token", new, "1/s", "PyJWT with cryptography", rates["PyJWT"])
    yield Row("seen token", median(seen), "1/s", goal=figure_at_least(200_000))
    yield Row("seen token, handler", median(rates["seen, handler"]), "1/s")
    yield Row.compare("seen token", seen, "1/s", "PyJWT with cryptography", rates["PyJWT"])
    archive = authorizer_zip(config_of())
    yield Row("zip", len(archive) / 1000, "kB", goal=figure_at_most(100))
    with tempfile.TemporaryDirectory() as folder:
        yield from _cold(Path(folder), archive, effort)
    if effort is not Effort.TINY and shutil.which("npm"):
        yield from _beside_node(several, effort)


def _sides(several: Sequence[str]) -> dict[str, Callable[[], object]]:
    numbers = private_key().public_key().public_numbers()
    signature = int.from_bytes(private_key().private_numbers().d.to_bytes(256, "big"), "big") % numbers.n
    public, one = private_key().public_key(), several[0]
    verifier, remembering = Verifier(config_of().document()), Verifier(config_of().document())
    handle, remembering_handle = authorizer(config_of()), authorizer(config_of())
    endless, endless_events = itertools.cycle(several), itertools.cycle([with_token(token) for token in several])
    return {
        "power": lambda: pow(signature, numbers.e, numbers.n),
        "new": lambda: verifier.verify(next(endless)),
        "new, handler": lambda: handle(next(endless_events)),
        "seen": partial(remembering.verify, one),
        "seen, handler": partial(remembering_handle, with_token(one)),
        "PyJWT": lambda: jwt.decode(one, public, algorithms=["RS256"], audience=AUDIENCE, issuer=ISSUER),
    }


def _cold(folder: Path, archive: bytes, effort: Effort) -> Iterable[Row]:
    (folder / "empty").mkdir()
    (folder / "empty" / "lambda_function.py").write_text("def handler(event, context):\n    return event\n")
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        opened.extractall(folder / "authorizer")
    installed = str(Path(str(find_spec("jwt").origin)).parents[1])  # type: ignore[union-attr]
    sides = {
        "empty": _python("import lambda_function", str(folder / "empty")),
        "authorizer": _python("import lambda_function", str(folder / "authorizer")),
        "PyJWT": _python("import lambda_function, jwt.algorithms", str(folder / "empty"), installed),
    }
    taken = turns({name: partial(_milliseconds, command) for name, command in sides.items()}, effort.pick(1, 10, 40))
    added = {name: median(of_side) - median(taken["empty"]) for name, of_side in taken.items()}
    yield Row(
        "cold import", added["authorizer"], "ms", "PyJWT with cryptography", added["PyJWT"], goal=figure_at_most(60)
    )


def _python(code: str, *folders: str) -> Sequence[str]:
    return [sys.executable, "-I", "-S", "-B", "-c", f"import sys; sys.path[:0] = {list(folders)}; {code}"]


def _milliseconds(command: Sequence[str | Path]) -> float:
    return run(command, {}).cpu * 1000


def _beside_node(several: Sequence[str], effort: Effort) -> Iterable[Row]:
    folder = _library()
    keys = {"keys": [jwk(private_key(), alg="RS256")]}
    told = json.dumps({"issuer": ISSUER, "audience": AUDIENCE, "jwks": keys, "tokens": several}).encode()
    verify = partial(Verifier(config_of().document()).verify, several[0])

    def on_node() -> float:
        command = ["node", str(NODE), str(folder), str(effort.pick(0.1, 0.3, 1.0))]
        return float(subprocess.run(command, input=told, stdout=subprocess.PIPE, check=True).stdout)

    with mock.patch.object(tokens, "MAX_REMEMBERED", REMEMBERED):
        endless = itertools.cycle(several)
        new = Verifier(config_of().document())
        sides = {
            "new": lambda: median(rates_of({"new": lambda: new.verify(next(endless))}, Effort.TINY)["new"]),
            "seen": lambda: median(rates_of({"seen": verify}, Effort.TINY)["seen"]),
            "node": on_node,
        }
        rates = turns(sides, effort.pick(1, 3, 9))
    yield Row.compare("new token", rates["new"], "1/s", "aws-jwt-verify on Node", rates["node"])
    yield Row.compare("seen token", rates["seen"], "1/s", "aws-jwt-verify on Node", rates["node"])
    loads = {"library": ["node", str(NODE), str(folder)], "nothing": ["node", "-e", "0"]}
    taken = turns({name: partial(_milliseconds, command) for name, command in loads.items()}, effort.pick(1, 5, 20))
    yield Row("aws-jwt-verify: cold import", median(taken["library"]) - median(taken["nothing"]), "ms")


def _library() -> Path:
    """Return the folder with AWS's library for Node, which is installed when it is first needed, and kept."""
    folder = FOLDER / "aws-jwt-verify"
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}")
        command = ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
        subprocess.run([*command, LIBRARY], check=True)
    return folder
