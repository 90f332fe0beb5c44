"""CloudFormation's own rules: what it asks of a template, in which order it changes a stack, and what it leaves alone."""

from __future__ import annotations

import copy
import io
import json
import typing as t
import zipfile

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.examples import distribution
from tests.support.roles import EDGE, trust
from tests.support.sandbox import Aws
from tutorcloudfront.sandbox.stack_changes import in_order

STACK = "functions"
NAMED_IAM = ["CAPABILITY_NAMED_IAM"]
CODE = "def handler(event, context):\n    return event['Records'][0]['cf']['request']\n"

Template = dict[str, t.Any]


def template(version: str = "Version1", **changes: t.Any) -> Template:
    """Return a function with its role, and a version of it; `changes` are properties of the function."""
    function = {
        "FunctionName": "pass",
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": CODE},
        "Tags": [{"Key": "team", "Value": "ops"}],
        **changes,
    }
    role = {"RoleName": "pass", "AssumeRolePolicyDocument": json.loads(trust())}
    return {
        "Resources": {
            version: {
                "Type": "AWS::Lambda::Version",
                "DeletionPolicy": "Retain",
                "Properties": {"FunctionName": {"Ref": "Function"}, "Description": version},
            },
            "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        },
        "Outputs": {"Arn": {"Value": {"Ref": version}}},
    }


def create(aws: Aws, made: Template, **arguments: t.Any) -> str:
    """Create the stack, and return its output."""
    body = json.dumps(made)
    aws("cloudformation").create_stack(
        **{"StackName": STACK, "TemplateBody": body, "Capabilities": NAMED_IAM, **arguments}
    )
    return output(aws)


def update(aws: Aws, made: Template) -> str:
    aws("cloudformation").update_stack(StackName=STACK, TemplateBody=json.dumps(made), Capabilities=NAMED_IAM)
    return output(aws)


def output(aws: Aws) -> str:
    (stack,) = aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    return str(stack["Outputs"][0]["OutputValue"])


def function(aws: Aws, qualifier: str = "$LATEST") -> t.Any:
    return aws("lambda").get_function(FunctionName="pass", Qualifier=qualifier)


def code_of(aws: Aws, sandbox: t.Any, number: str) -> dict[str, str]:
    arn = f"arn:aws:lambda:us-east-1:{sandbox.account}:function:pass:{number}"
    version = sandbox.store.neighbours.function_version(arn)
    with zipfile.ZipFile(io.BytesIO(version.code)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_inline_code_is_in_a_file_of_its_own_and_ref_of_a_version_is_its_arn(aws: Aws, sandbox: t.Any) -> None:
    assert create(aws, template(Architectures=["x86_64"], Timeout=5)) == (
        f"arn:aws:lambda:us-east-1:{sandbox.account}:function:pass:1"
    )
    assert code_of(aws, sandbox, "1") == {"index.py": CODE}
    found = function(aws)
    assert (found["Tags"], found["Configuration"]["Timeout"]) == ({"team": "ops"}, 5)


def test_a_version_under_another_id_has_what_the_update_brought(aws: Aws, sandbox: t.Any) -> None:
    create(aws, template())
    arn = update(aws, template("Version2", Code={"ZipFile": f"# new\n{CODE}"}, Tags=[], MemorySize=256))
    assert arn.endswith(":2")
    assert code_of(aws, sandbox, "2") == {"index.py": f"# new\n{CODE}"}
    # What is no longer in the template is not deleted against its policy.
    assert code_of(aws, sandbox, "1") == {"index.py": CODE}
    sizes = [function(aws, number)["Configuration"]["MemorySize"] for number in ("1", "2")]
    assert sizes == [128, 256]


def test_a_version_that_nothing_retains_is_deleted_when_another_takes_its_place(aws: Aws) -> None:
    made = template()
    del made["Resources"]["Version1"]["DeletionPolicy"]
    create(aws, made)
    update(aws, template("Version2", Timeout=9))
    with pytest.raises(ClientError, match="ResourceNotFound"):
        function(aws, "1")


def test_a_version_is_immutable(aws: Aws) -> None:
    create(aws, template())
    described = template()
    described["Resources"]["Version1"]["Properties"]["Description"] = "another"
    with pytest.raises(ClientError, match="does not support updates"):
        update(aws, described)


def test_a_version_like_the_last_one_is_refused(aws: Aws) -> None:
    create(aws, template())
    with pytest.raises(ClientError, match=r"A version for this Lambda function exists \( 1 \)"):
        update(aws, template("Version2"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Handler": "lambda_function.handler"}, "The first part of Handler must be index"),
        ({"Runtime": "java21"}, "ZipFile is for the runtimes of Node.js and Python"),
        ({"Runtime": "provided.al2023"}, "ZipFile is for the runtimes of Node.js and Python"),
    ],
)
def test_inline_code_has_rules(aws: Aws, sandbox: t.Any, changes: dict[str, t.Any], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        create(aws, template(**changes))
    sandbox.reset()
    create(aws, template())
    with pytest.raises(ClientError, match=message):
        update(aws, template("Version2", **changes))


def test_the_zip_of_inline_code_has_a_limit(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutorcloudfront.sandbox.rules.lambdas.MAX_INLINE", 150)
    with pytest.raises(ClientError, match="The zip of ZipFile can not exceed 150 bytes"):
        create(aws, template(Code={"ZipFile": "".join(f"a{number} = {number}\n" for number in range(99))}))


def test_names_that_there_are_already_are_refused(aws: Aws) -> None:
    create(aws, template())
    made = template()
    made["Resources"]["Role"]["Properties"]["RoleName"] = "other"
    with pytest.raises(ClientError, match="AlreadyExists"):
        create(aws, made, StackName="second")


def test_roles_change_as_a_whole_and_keep_their_names(aws: Aws) -> None:
    create(aws, template())
    made = template()
    role = made["Resources"]["Role"]["Properties"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    role |= {
        "AssumeRolePolicyDocument": json.loads(trust(EDGE[:1])),
        "Policies": [{"PolicyName": "read", "PolicyDocument": policy}],
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    update(aws, made)
    found = aws("iam").get_role(RoleName="pass")["Role"]
    assert found["AssumeRolePolicyDocument"] == json.loads(trust(EDGE[:1]))
    assert found["Tags"] == [{"Key": "a", "Value": "b"}]
    assert aws("iam").get_role_policy(RoleName="pass", PolicyName="read")["PolicyDocument"] == policy
    renamed = copy.deepcopy(made)
    renamed["Resources"]["Role"]["Properties"]["RoleName"] = "other"
    with pytest.raises(ClientError, match="does not replace roles"):
        update(aws, renamed)


def test_a_distribution_takes_a_stack_s_function_by_the_rules_of_the_edge(aws: Aws, sandbox: t.Any) -> None:
    def associated(arn: str) -> None:
        item = {"EventType": "viewer-request", "LambdaFunctionARN": arn, "IncludeBody": False}
        config = distribution()
        config["DefaultCacheBehavior"]["LambdaFunctionAssociations"] = {"Quantity": 1, "Items": [item]}
        aws("cloudfront").create_distribution(DistributionConfig=config)

    arn = create(aws, template())
    with pytest.raises(ClientError, match="must be a numbered version in us-east-1"):
        associated(arn.rpartition(":")[0])
    with_environment = update(aws, template("Version2", Environment={"Variables": {"A": "b"}}))
    with pytest.raises(ClientError, match="cannot have environment variables"):
        associated(with_environment)
    untrusted = template("Version3", Environment={"Variables": {}})
    untrusted["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"] = json.loads(trust(EDGE[:1]))
    without_trust = update(aws, untrusted)
    with pytest.raises(ClientError, match="assumable with edgelambda"):
        associated(without_trust)
    elsewhere = template()
    elsewhere["Resources"]["Role"]["Properties"]["RoleName"] = "elsewhere"
    aws("cloudformation", "eu-west-1").create_stack(
        StackName=STACK, TemplateBody=json.dumps(elsewhere), Capabilities=NAMED_IAM
    )
    with pytest.raises(ClientError, match="must be a numbered version in us-east-1"):
        associated(f"arn:aws:lambda:eu-west-1:{sandbox.account}:function:pass:1")
    trusted = template("Version4", Environment={"Variables": {}}, Timeout=4)
    associated(update(aws, trusted))


@pytest.mark.parametrize(
    ("named", "given", "refused"),
    [
        (True, [], "CAPABILITY_NAMED_IAM"),
        (True, ["CAPABILITY_IAM"], "CAPABILITY_NAMED_IAM"),
        (True, ["CAPABILITY_NAMED_IAM"], ""),
        (False, [], "CAPABILITY_IAM"),
        (False, ["CAPABILITY_IAM"], ""),
        (False, ["CAPABILITY_NAMED_IAM"], ""),
    ],
)
def test_roles_are_made_only_for_who_says_so(aws: Aws, named: bool, given: list[str], refused: str) -> None:
    made = template()
    if not named:
        del made["Resources"]["Role"]["Properties"]["RoleName"]
    if refused:
        for name in ("create_stack", "create_change_set"):
            more = {"ChangeSetName": "a", "ChangeSetType": "CREATE"} if name == "create_change_set" else {}
            with pytest.raises(ClientError, match=rf"InsufficientCapabilities.*: \[{refused}\]"):
                getattr(aws("cloudformation"), name)(
                    StackName=STACK, TemplateBody=json.dumps(made), Capabilities=given, **more
                )
    else:
        create(aws, made, Capabilities=given)


def test_a_long_template_comes_from_a_bucket_and_one_longer_still_not_at_all(aws: Aws, sandbox: t.Any) -> None:
    s3, bucket = aws("s3"), f"templates-{sandbox.account}"
    s3.create_bucket(Bucket=bucket)

    def by_url(made: Template) -> None:
        s3.put_object(Bucket=bucket, Key="template", Body=json.dumps(made).encode())
        aws("cloudformation").create_stack(
            StackName=STACK,
            TemplateURL=f"https://{bucket}.s3.us-east-1.amazonaws.com/template",
            Capabilities=NAMED_IAM,
        )

    with pytest.raises(ClientError, match=r"at 'templateBody' is too long.* 51200"):
        create(aws, template(Code={"ZipFile": f"# {'x' * 51_200}\n"}))
    with pytest.raises(ClientError, match=r"in the bucket is too long.* 1000000"):
        by_url(template(Code={"ZipFile": f"# {'x' * 1_000_000}\n"}))
    by_url(template(Code={"ZipFile": f"# {'x' * 51_200}\n"}))


def test_rules_are_asserted_before_anything_is_made(aws: Aws) -> None:
    assertion = {"Assert": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}, "AssertDescription": "Only there."}
    made = {**template(), "Rules": {"Region": {"Assertions": [assertion]}}}
    with pytest.raises(ClientError, match=r"Only there\."):
        create(aws, made)
    assert aws("iam").list_roles()["Roles"] == []


def test_what_is_needed_comes_first() -> None:
    resources = {
        "A": {"Type": "a", "Properties": {"Text": {"Fn::Sub": "x ${B} ${!E} ${AWS::Region}"}}},
        "B": {"Type": "b", "DependsOn": "C"},
        "C": {"Type": "c", "Properties": {"List": [{"Fn::GetAtt": "D.Arn"}]}},
        "D": {"Type": "d", "Properties": {"Id": {"Ref": "Parameter"}}},
        "E": {"Type": "e", "DependsOn": ["A"], "Properties": {"Id": {"Fn::Sub": ["${X}", {"X": {"Ref": "B"}}]}}},
    }
    assert in_order(resources) == ["D", "C", "B", "A", "E"]
