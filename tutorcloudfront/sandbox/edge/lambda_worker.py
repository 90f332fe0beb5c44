"""A process that runs one Lambda function, as Lambda's own runtime for Python does. It is started by `lambda_process`.

It runs without site-packages and imports nothing of this package: a function finds its zip, the standard library, and
what Lambda's runtime brings along. Standard input has one event a line, standard output one answer a line; what the
function itself prints goes to standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from importlib.machinery import ModuleSpec, PathFinder


class Provided:
    """Finds the packages that Lambda's runtime brings along, and none of their neighbours."""

    def __init__(self, folders: dict[str, str]) -> None:
        self.folders = folders

    def find_spec(self, name: str, path: object = None, _target: object = None) -> ModuleSpec | None:
        if path is not None or name not in self.folders:
            return None
        return PathFinder.find_spec(name, [self.folders[name]])


class LambdaContext:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    identity = None
    client_context = None

    def __init__(self, arn: str, memory: int, request_id: str, seconds: float) -> None:
        self.function_name, self.function_version = arn.split(":")[-2:]
        self.invoked_function_arn = arn
        self.memory_limit_in_mb = str(memory)
        self.aws_request_id = request_id
        self.log_group_name = f"/aws/lambda/us-east-1.{self.function_name}"
        self.log_stream_name = f"[{self.function_version}]"
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self._end - time.monotonic()) * 1000))


def main() -> None:
    setup = json.loads(sys.argv.pop())
    events, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    # As in Lambda, what is in the zip goes before what the runtime brings along.
    sys.path.insert(0, setup["code"])
    sys.meta_path.append(Provided(setup["provided"]))

    def answer(**members: object) -> None:
        answers.write(json.dumps(members).encode() + b"\n")
        answers.flush()

    try:
        module, _, name = setup["handler"].rpartition(".")
        handler = getattr(importlib.import_module(module.replace("/", ".")), name)
    except Exception:
        answer(error=traceback.format_exc())
        return
    answer(result="ready")
    for line in events:
        message = json.loads(line)
        context = LambdaContext(setup["arn"], setup["memory"], message["id"], message["seconds"])
        try:
            result = json.dumps(handler(message["event"], context))
        except Exception:
            answer(error=traceback.format_exc())
        else:
            answer(result=result)


if __name__ == "__main__":
    main()
