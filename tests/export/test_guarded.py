"""Sites that are guarded at the edge, by a stack alone: its functions run, and the command finds nothing to do."""

from __future__ import annotations

import json
import typing as t

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.edge_functions.tokens import Issuer, jwk, number, pem, private_key
from tests.edge_functions.web import Web
from tests.export.stacks import STACK, as_deployed, deploy, export, outputs
from tests.support.edge_platform import CLAIMS, COGNITO, DOMAIN, Edge, bearer

OTHER_KEYS = {**COGNITO, "jwks": {"keys": [jwk(private_key("other"), "other"), *COGNITO["jwks"]["keys"]]}}


def update(edge: Edge, body: str) -> dict[str, str]:
    client = edge.platform.aws("cloudformation")
    client.update_stack(StackName=STACK, **as_deployed(edge.platform, body))
    return outputs(edge.platform)


def held(edge: Edge) -> dict[str, t.Any]:
    """Return the roles and functions of the account, but for the code and what follows from where it is."""
    iam, client = edge.platform.aws("iam"), edge.platform.aws("lambda")
    roles = {
        role["RoleName"]: (
            role["Path"],
            role["Description"],
            role["AssumeRolePolicyDocument"],
            iam.get_role_policy(RoleName=role["RoleName"], PolicyName="tutor-cloudfront")["PolicyDocument"],
            iam.list_role_tags(RoleName=role["RoleName"])["Tags"],
        )
        for role in edge.roles()
    }
    functions = {}
    for item in client.list_functions()["Functions"]:
        tags = client.list_tags(Resource=item["FunctionArn"])["Tags"]
        tags.pop("tutor-cloudfront:version")
        names = ("Description", "Role", "Runtime", "MemorySize", "Timeout", "Architectures")
        functions[item["FunctionName"]] = ([item[name] for name in names], tags)
    return {"roles": roles, "functions": functions, "associations": edge.associations()}


def numbers(edge: Edge) -> list[str]:
    return [arn.rpartition(":")[2] for arn in edge.associations().values()]


def status_of(edge: Edge) -> str:
    (stack,) = edge.platform.aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    return str(stack["StackStatus"])


def test_a_stack_guards_a_service_and_the_command_finds_nothing_to_do(edge: Edge) -> None:
    deploy(edge.platform, export(edge.platform))

    edge.assert_guarded()
    by_stack = held(edge)
    edge.platform.put_in_front()
    edge.platform.run("plan", status=0)
    edge.platform.create()
    assert edge.platform.recorder.writes == []
    saved = edge.platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"]
    assert saved[DOMAIN]["domain_name"] == edge.platform.distributions()[0]["DomainName"]

    certificate = edge.platform.certificate
    edge.platform.sandbox.reset()
    edge.platform.sandbox.add_certificate(certificate, ["*.learn.example.com"])
    edge.platform.project.unset("CLOUDFRONT_DISTRIBUTIONS")
    edge.platform.create()
    assert held(edge) == by_stack


def test_new_keys_publish_new_versions_and_old_ones_stay(edge: Edge) -> None:
    deploy(edge.platform, export(edge.platform))
    other = f"Bearer {Issuer(private_key('other'), {'alg': 'RS256', 'kid': 'other'}, CLAIMS).token()}"
    assert edge.get(Authorization=other)[0] == 401
    edge.set(CLOUDFRONT_JWT=OTHER_KEYS)

    update(edge, export(edge.platform))

    assert numbers(edge) == ["2", "1"]
    assert edge.get(Authorization=other)[0] == 200
    client, name = edge.platform.aws("lambda"), edge.associations()["viewer-request"].split(":")[-2]
    versions = client.list_versions_by_function(FunctionName=name)["Versions"]
    assert [item["Version"] for item in versions] == ["$LATEST", "1", "2"]
    edge.platform.run("plan", status=0)
    # And back: a version like the first one, with a number of its own.
    edge.set()
    update(edge, export(edge.platform))
    assert numbers(edge) == ["3", "1"]
    edge.platform.run("plan", status=0)


def test_what_a_role_may_do_changes_without_a_new_version(edge: Edge) -> None:
    deploy(edge.platform, export(edge.platform))
    edge.set(edge.entry(actions="GetDICOMInstance"), CLOUDFRONT_TAGS={"team": "ops"})

    update(edge, export(edge.platform))

    assert numbers(edge) == ["1", "1"]
    actions = [statement["Action"] for role in held(edge)["roles"].values() for statement in role[3]["Statement"]]
    assert ["medical-imaging:GetDICOMInstance"] in actions
    edge.platform.run("plan", status=0)


def test_the_command_changes_what_a_stack_made_after_asking_as_it_changes_all_else(edge: Edge) -> None:
    deploy(edge.platform, export(edge.platform))
    edge.set(CLOUDFRONT_JWT=OTHER_KEYS)

    edge.platform.create(status=1)
    assert numbers(edge) == ["1", "1"]
    edge.platform.create("--yes")

    assert numbers(edge) == ["2", "1"]
    assert edge.get(**bearer())[0] == 200
    edge.platform.run("plan", status=0)
    # The stack has the last word when it is deployed once more.
    edge.set(CLOUDFRONT_JWT={**OTHER_KEYS, "token_use": "access"})
    update(edge, export(edge.platform))
    assert numbers(edge) == ["3", "1"]
    edge.platform.run("plan", status=0)


def test_tags_of_a_function_of_a_stack_can_be_put_right_by_the_command(edge: Edge) -> None:
    deploy(edge.platform, export(edge.platform))
    edge.set(CLOUDFRONT_TAGS={"team": "ops"})
    edge.platform.create("--yes")
    assert numbers(edge) == ["1", "1"]
    edge.platform.run("plan", status=0)


def test_the_command_does_not_take_a_version_of_somebody_else_for_that_of_the_stack(edge: Edge) -> None:
    deploy(edge.platform, export(edge.platform))
    client, name = edge.platform.aws("lambda"), edge.associations()["viewer-request"].split(":")[-2]
    client.update_function_configuration(FunctionName=name, Timeout=1)
    client.publish_version(FunctionName=name)
    edge.platform.run("plan", status=0)
    assert numbers(edge) == ["1", "1"]


def test_a_stack_is_deleted_once_edge_locations_have_no_copies_any_more(edge: Edge) -> None:
    edge.platform.sandbox.store.replica_seconds = 3600
    deploy(edge.platform, export(edge.platform))
    client = edge.platform.aws("cloudformation")

    client.delete_stack(StackName=STACK)

    assert status_of(edge) == "DELETE_FAILED"
    # A function keeps the role that it needs.
    assert (edge.platform.distributions(), edge.functions(), len(edge.roles())) == ([], ["authorizer", "signer"], 2)
    edge.platform.sandbox.store.replica_seconds = 0
    client.delete_stack(StackName=STACK)
    assert (edge.functions(), edge.roles()) == ([], [])
    with pytest.raises(ClientError, match="does not exist"):
        status_of(edge)


def test_a_site_that_goes_is_served_no_more_and_its_functions_are_left_to_destroy(edge: Edge) -> None:
    edge.platform.sandbox.store.replica_seconds = 3600
    files = {"domain": "files.learn.example.com", "alias": "files.example.com"}
    both = [edge.entry(), {**files, "certificate_arn": edge.platform.certificate}]
    edge.set(CLOUDFRONT_EXTRA_DOMAINS=both)
    deploy(edge.platform, export(edge.platform))
    edge.set(CLOUDFRONT_EXTRA_DOMAINS=both[1:])

    update(edge, export(edge.platform))

    assert status_of(edge) == "UPDATE_COMPLETE"
    assert [item["Aliases"]["Items"] for item in edge.platform.distributions()] == [["files.learn.example.com"]]
    assert edge.functions() == ["authorizer", "signer"]
    edge.platform.sandbox.store.replica_seconds = 0
    edge.platform.create("--prune", "--yes")
    assert (edge.functions(), edge.roles()) == ([], [])


def test_a_web_server_is_guarded_by_the_platform_s_own_tokens_and_no_key_of_it_is_told(edge: Edge) -> None:
    key = private_key("lms")
    entry = edge.entry(alias="files.example.com", service=None)
    edge.set(entry, CLOUDFRONT_JWT={}, JWT_RSA_PRIVATE_KEY=pem(key))
    body = export(edge.platform)
    # Lines of the modulus can stand in its public half letter by letter.
    secret = [line for line in pem(key).splitlines() if line not in jwk(key)["n"]]
    numbers = key.private_numbers()
    assert not [text for text in (*secret, *map(number, (numbers.d, numbers.p, numbers.q))) if text in body]
    deploy(edge.platform, body)

    claims = {"iss": "https://learn.example.com/oauth2", "aud": "openedx", "sub": "learner"}
    token = Issuer(key, {"alg": "RS512", "typ": "JWT"}, claims).token()
    assert edge.get("/a", Authorization=f"JWT {token}")[0] == 200
    assert edge.get("/a")[0] == 401
    edge.platform.run("plan", status=0)


def test_key_sets_are_read_from_their_issuer_and_what_to_do_is_told(edge: Edge, tmp_path: t.Any) -> None:
    web = Web(tmp_path)
    try:
        web.answer = 200, json.dumps({"keys": [jwk(private_key())]}).encode()
        url = f"https://localhost:{web.port}/jwks.json"
        edge.set(CLOUDFRONT_JWT={"issuer": "https://id.example.com", "audience": "viewer", "jwks": url})
        environment = {**edge.platform.environment(), "SSL_CERT_FILE": web.certificate}
        exported = edge.platform.project.tutor("cloudfront", "export", "cloudformation", env=environment, check=False)
    finally:
        web.close()
    assert exported.returncode == 0, exported.stderr
    assert jwk(private_key())["n"] in exported.stdout
    assert f"the hosts of {DOMAIN} are no parameters" in exported.stderr
    assert "us-east-1, with `--capabilities CAPABILITY_NAMED_IAM`" in exported.stderr
    assert "`aws cloudformation deploy --s3-bucket NAME`" in exported.stderr
    assert edge.platform.recorder.operations == []
    gone = edge.platform.run("export", "cloudformation", status=1)
    assert gone.stdout == ""
    assert "see that it can be had from here, or write what is there under jwks" in gone.stderr


def test_a_stack_in_another_region_or_without_leave_to_make_roles_makes_nothing(edge: Edge) -> None:
    body = export(edge.platform)
    source = as_deployed(edge.platform, body)
    elsewhere = edge.platform.aws("cloudformation", "eu-west-1")
    with pytest.raises(ClientError, match="Deploy this to us-east-1, from where CloudFront takes Lambda functions"):
        elsewhere.create_stack(StackName=STACK, **source)
    with pytest.raises(ClientError, match=r"InsufficientCapabilities.*\[CAPABILITY_NAMED_IAM\]"):
        edge.platform.aws("cloudformation").create_stack(StackName=STACK, TemplateURL=source["TemplateURL"])
    assert (edge.functions(), edge.roles()) == ([], [])


def test_yaml_and_json_carry_the_same_code(edge: Edge) -> None:
    text = export(edge.platform, "--format", "json")
    assert json.loads(text) == yaml.safe_load(export(edge.platform))
    deploy(edge.platform, text)
    assert edge.get(**bearer())[0] == 200
