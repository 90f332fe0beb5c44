"""Documents → text, the same text every time."""

from __future__ import annotations

import json
import typing as t

import yaml


class _Dumper(yaml.SafeDumper):
    """Writes YAML as people would: code as it is, and nothing by way of anchors, which CloudFormation does not take."""

    def ignore_aliases(self, data: t.Any) -> bool:  # noqa: ARG002
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def represent_str(self, data: str) -> yaml.ScalarNode:
        style = "|" if "\n" in data else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _Dumper.represent_str)


def as_yaml(document: t.Any) -> str:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def as_json(document: t.Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
