"""The functions as one file of source each, which is all that CloudFormation takes of a function within a template.

It writes the text to `index.py` and makes a zip of that:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
"""

from __future__ import annotations

import io
import zipfile

#: What Lambda is to call.
HANDLER = "index.handler"

CONFIG = "config.json"
BEGIN = '''\
"""What Lambda calls, made by tutor-contrib-cloudfront: the files that `edge package` writes, in one.

CONFIG is the configuration and SOURCES are the modules, letter by letter. They are imported from here and from nowhere
else.
"""

import json
import sys
from importlib.machinery import ModuleSpec


class Modules:
    """Finds the modules in SOURCES, before anything else of their names."""

    @staticmethod
    def find_spec(name, _path=None, _target=None):
        if name not in SOURCES:
            return None
        return ModuleSpec(name, Modules, is_package="." not in name)

    @staticmethod
    def create_module(_spec):
        return None

    @staticmethod
    def exec_module(module):
        name = module.__name__
        exec(compile(SOURCES[name], f"{name}.py", "exec", dont_inherit=True), module.__dict__)


'''
END = """\
sys.meta_path.insert(0, Modules)

from {package}.handler import Handler  # noqa: E402

handler = Handler(json.loads(CONFIG))
"""


def inline_source(archive: bytes) -> str:
    """Return a zip of `package` as the text of one module."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        files = {name: opened.read(name).decode() for name in opened.namelist()}
    sources = {_module(name): text for name, text in files.items() if "/" in name}
    (package,) = (name for name in sources if "." not in name)
    modules = "".join(f"    {_literal(name)}: {_literal(text)},\n" for name, text in sources.items())
    return f"{BEGIN}CONFIG = {_literal(files[CONFIG])}\n\nSOURCES = {{\n{modules}}}\n\n{END.format(package=package)}"


def _module(path: str) -> str:
    """Return `authorizer.keys` for `authorizer/keys.py`, `authorizer` for `authorizer/__init__.py`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _literal(text: str) -> str:
    """Return a text as Python has it, where that is possible as people would read it."""
    as_it_is = text.endswith("\n") and "'''" not in text and "\r" not in text
    return f"r'''{text}'''" if as_it_is else repr(text)
