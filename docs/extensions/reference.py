"""`.. settings-reference::` and `.. command-reference::`, made from the code.

What a setting means stands in the README's table, and is taken from there; that there is such a setting, in which order,
with what default and of what kind, the code says. Commands and their options describe themselves.
"""

from __future__ import annotations

import inspect
import json
import re
import typing as t
from collections.abc import Iterator

import click
from docutils import nodes
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from docs.extensions import readme
from docs.extensions.from_readme import linked
from tutorcloudfront.commands.group import MODULES, cloudfront
from tutorcloudfront.plugin import DEFAULTS
from tutorcloudfront.settings import Settings

PREFIX = "CLOUDFRONT_"
KINDS_OF_MODELS: dict[object, str] = {dict: "mapping of mappings", tuple: "list of mappings"}
KINDS: dict[object, str] = {
    bool: "true or false",
    dict: "mapping",
    int: "whole number",
    str: "text",
    SecretStr: "text, secret",
}


class SettingsReference(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(readme.README))
        return self.parse_text_to_nodes("\n".join(settings()))


class CommandReference(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        context = click.Context(cloudfront, info_name="tutor cloudfront")
        text = "\n".join(line for name in MODULES for line in command(cloudfront.get_command(context, name), context))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def settings() -> Iterator[str]:
    """Yield the lines about all settings."""
    table = readme.settings_table()
    for name, default in DEFAULTS.items():
        setting, field = PREFIX + name, Settings.model_fields[name.lower()]
        yield f".. setting:: {setting}"
        yield ""
        yield f"   *{kind(field.annotation).capitalize()}, by default* ``{_value(default) or json.dumps(default)}``"
        yield ""
        yield from _indented(linked(table[setting][1]), 3)
        yield ""
        if model := model_of(field.annotation):
            yield from _keys(setting, model)


def _keys(setting: str, model: type[BaseModel]) -> Iterator[str]:
    """Yield the keys of a setting; of those that the plugin writes, which users leave alone, no more than the names."""
    meanings = readme.keys_of(setting)
    yield f"   {'Its keys' if meanings else 'Keys'}:"
    yield ""
    for name, field in model.model_fields.items():
        yield f"   ``{name}`` : {kind(field.annotation)}{_default(field)}"
        yield from _indented(linked(meanings.get(name, "") or "\\"), 6)
    yield ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ", required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, SecretStr) or value in ("", (), {}, None):
        return ""
    return f", by default ``{_value(value)}``"


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def kind(annotation: object) -> str:
    """Return in words what kind of value a field takes."""
    origin, args = t.get_origin(annotation), t.get_args(annotation)
    if origin is t.Literal:
        return " or ".join(f"``{value}``" for value in args)
    if model_of(annotation):
        return KINDS_OF_MODELS.get(origin, "mapping")
    if origin is tuple:
        return f"list of {kind(args[0])}"
    return KINDS.get(origin or annotation, "text or mapping")


def model_of(annotation: object) -> type[BaseModel] | None:
    """Return the model of a mapping, also where there may be many of it or none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in t.get_args(annotation) if (found := model_of(part))), None)


def command(found: click.Command | None, parent: click.Context) -> Iterator[str]:
    """Yield the lines about a command, or about those below it."""
    if found is None:
        return
    context = click.Context(found, info_name=found.name, parent=parent)
    if isinstance(found, click.Group):
        for below in found.commands.values():
            yield from command(below, context)
        return
    title = context.command_path.removeprefix("tutor cloudfront ")
    yield from (title, "-" * len(title), "", f".. program:: {context.command_path}", "")
    yield from (".. code-block:: text", "", f"   {usage(found, context)}", "")
    yield from (_literal(found.help or ""), "")
    for names, help_ in filter(None, (option.get_help_record(context) for option in found.params)):
        yield from (f".. option:: {names}", "", *_indented(_literal(help_), 3), "")


def usage(found: click.Command, context: click.Context) -> str:
    return " ".join((context.command_path, *found.collect_usage_pieces(context)))


def _literal(help_: str) -> str:
    """Return a help text as reST: what stands between backticks is literal, and what is indented below a colon."""
    quoted = re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", inspect.cleandoc(help_))
    return re.sub(r":(\n\n {4})", r"::\1", quoted)


def _indented(text: str, columns: int) -> list[str]:
    return [" " * columns + line if line else "" for line in text.splitlines()]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("settings-reference", SettingsReference)
    app.add_directive("command-reference", CommandReference)
    app.add_object_type("setting", "setting", "pair: setting; %s")
    return {"parallel_read_safe": True}
