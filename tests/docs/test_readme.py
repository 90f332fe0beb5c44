"""The README says what the code does."""

from __future__ import annotations

import ast
import functools
import json
import re
import runpy
import typing as t
from collections.abc import Collection
from pathlib import Path

import click
import pytest
import yaml
from tutor import config as tutor_config

from docs.extensions import readme, reference
from tests.docs.blocks import DOCUMENTS, blocks
from tests.support import ROOT
from tests.support.project import Project
from tutorcloudfront.aws.kinds import KINDS
from tutorcloudfront.aws.kinds.distribution import DISTRIBUTION
from tutorcloudfront.aws.kinds.function import FUNCTION
from tutorcloudfront.commands.group import MODULES, cloudfront
from tutorcloudfront.doctor.probes.permissions import ACTIONS
from tutorcloudfront.hooks import CLOUDFRONT_SITES
from tutorcloudfront.plugin import DEFAULTS
from tutorcloudfront.settings import Settings, check
from tutorcloudfront.settings.values import EXAMPLE_CERTIFICATE
from tutorcloudfront.sites import Site, sites_of

PACKAGE = readme.README.with_name("tutorcloudfront")


def test_docutils_has_no_complaints() -> None:
    _, complaints = readme.parsed()
    assert complaints == ""


def test_settings_are_documented_in_order() -> None:
    assert list(readme.settings_table()) == [f"CLOUDFRONT_{name}" for name in DEFAULTS]


@pytest.mark.parametrize("name", DEFAULTS)
def test_default_is_the_documented_one(name: str) -> None:
    documented, _ = readme.settings_table()[f"CLOUDFRONT_{name}"]
    # A template is YAML for a mapping of a mapping, unless it is quoted as in config.yml.
    value = documented if documented.startswith("{{") else yaml.safe_load(documented)
    assert value == DEFAULTS[name]


def test_all_commands_are_documented() -> None:
    assert readme.commands().keys() == MODULES.keys()


@pytest.mark.parametrize("name", MODULES)
def test_all_options_are_documented(name: str) -> None:
    command = cloudfront.get_command(click.Context(cloudfront), name)
    assert command
    assert command.name == name
    assert readme.commands()[name] == options(command)


def options(command: click.Command) -> set[str]:
    """Return the options of a command, and of those below it."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    own = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    return own.union(*map(options, below))


@pytest.mark.parametrize("setting", ["CLOUDFRONT_EXTRA_DOMAINS", "CLOUDFRONT_JWT"])
def test_all_keys_are_documented(setting: str) -> None:
    model = reference.model_of(Settings.model_fields[setting.removeprefix("CLOUDFRONT_").lower()].annotation)
    assert model
    assert readme.keys_of(setting).keys() == model.model_fields.keys()


@pytest.fixture
def examples(project: Project) -> list[t.Any]:
    """The settings in YAML examples, each as the full configuration of a platform."""
    defaults = tutor_config.get_yaml_file(str(project.config_path))
    rendered = {"CLOUDFRONT_CERTIFICATE_ARN": EXAMPLE_CERTIFICATE, "CLOUDFRONT_RESOURCE_PREFIX": "learn-example-com"}
    settings = {f"CLOUDFRONT_{name}": value for name, value in DEFAULTS.items()} | rendered
    found = (block.text for document in DOCUMENTS for block in blocks(document) if block.language == "yaml")
    return [
        {**settings, **defaults, **example} for example in map(yaml.safe_load, found) if all(map(str.isupper, example))
    ]


def test_settings_in_examples_are_good(examples: list[t.Any]) -> None:
    assert len(examples) > 3
    for example in examples:
        assert sites_of(check(example))


def test_json_form_is_the_documented_one() -> None:
    documents = [json.loads(block) for block in readme.code_blocks("json")]
    (document,) = (document for document in documents if "changes" in document)
    assert document.keys() == {"changes", "distributions", "dns"}


def test_iam_policy_allows_exactly_what_is_called() -> None:
    assert iam_actions() - NOT_OPERATIONS == called() - NEEDS_NO_PERMISSION


def test_doctor_asks_iam_for_all_that_the_iam_policy_allows_beyond_looking() -> None:
    asked = {action for by_resource in ACTIONS.values() for actions in by_resource.values() for action in actions}
    allowed = iam_actions(without=("TutorCloudFrontLook", "TutorCloudFrontSeeMore"))
    assert asked == {action for action in allowed if not action.endswith("*")}


def explained_messages() -> list[str]:
    """Return the messages that are explained here or in the guide, unless they are Tutor's."""
    guide = (ROOT / "docs" / "guides" / "troubleshooting.rst").read_text(encoding="utf-8")
    return [
        *(message for message, explanation in readme.messages().items() if "Tutor's own words" not in explanation),
        *re.findall(r"^``(.+)``\n    \S", guide, re.MULTILINE),
    ]


@pytest.mark.parametrize("message", explained_messages())
def test_explained_messages_exist(message: str) -> None:
    for part in message.strip(" …").split("…"):
        assert any(part.strip() in text for text in texts())


@functools.cache
def texts() -> list[str]:
    """Return all texts in the package's code."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py"))
    constants = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [node.value for node in constants if isinstance(node.value, str)]


#: Permissions that AWS asks for behind the operations that are called:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
#: and https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html
NOT_OPERATIONS = {
    "cloudfront:AllowVendedLogDeliveryForResource",
    "iam:CreateServiceLinkedRole",
    "iam:PassRole",
    "lambda:DisableReplication*",
    "lambda:EnableReplication*",
}
#: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
NEEDS_NO_PERMISSION = {"sts:GetCallerIdentity"}
#: Where IAM has another name for a service or an operation than boto3.
IN_IAM = {
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
    "CreateDistributionWithTags": "CreateDistribution",
}


def called() -> set[str]:
    """Return the IAM actions of all operations that the package calls."""
    paths = (path for path in PACKAGE.rglob("*.py") if "sandbox" not in path.parts)
    calls = (node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = {action for node in calls if isinstance(node, ast.Call) for action in _called_by(node)}
    # Functions and distributions have calls by name, and what AWS has no list of as well.
    by_name = {FUNCTION.name, DISTRIBUTION.name}
    plain = {kind.type for kind in KINDS.values() if kind.list_operation and kind.name not in by_name}
    made = {f"cloudfront:{verb}{type_}" for verb in ("Create", "Update", "Delete") for type_ in plain}
    configs = {f"cloudfront:Get{type_}Config" for type_ in plain}
    lists = {f"cloudfront:{kind.list_operation}" for kind in KINDS.values() if kind.list_operation}
    return named | made | configs | lists | {"cloudfront:DeleteDistribution"}


def _called_by(node: ast.Call) -> t.Iterator[str]:
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    names = [IN_IAM.get(word, word) for word in words if isinstance(word, str)]
    if method in ("cloudfront", "cloudfront_list") and names:
        yield f"cloudfront:{names[0]}"
    elif method in ("call", "pages") and len(names) > 1:
        yield f"{names[0]}:{names[1]}"


def iam_actions(without: Collection[str] = ()) -> set[str]:
    """Return the actions of all statements of the policy but some."""
    documents = [json.loads(block) for block in readme.code_blocks("json")]
    (policy,) = (document for document in documents if "Statement" in document)
    lists = [each["Action"] for each in policy["Statement"] if each["Sid"] not in without]
    assert all(actions == sorted(set(actions)) for actions in lists)
    return {action for actions in lists for action in actions}


def test_example_plugin_adds_its_site(examples: list[t.Any], tmp_path: Path) -> None:
    (source,) = (block for block in readme.code_blocks("python") if "CLOUDFRONT_SITES" in block)
    plugin = tmp_path / "docs_cdn.py"
    plugin.write_text(source, encoding="utf-8")
    settings = check(examples[0])
    before = sites_of(settings)
    try:
        runpy.run_path(str(plugin))
        added = [site for site in sites_of(settings) if site not in before]
    finally:
        CLOUDFRONT_SITES.clear()
    assert [(site.name, type(site)) for site in added] == [("docs.example.com", Site)]
