"""The desired state as a CloudFormation template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tutor.exceptions import TutorError

from tutorcloudfront.authorization import KeySets
from tutorcloudfront.export import functions
from tutorcloudfront.export import parameters as forms
from tutorcloudfront.export.names import camel_case, stems
from tutorcloudfront.export.parameters import Parameter, Parameters
from tutorcloudfront.export.spelling import CALLER_REFERENCE, properties
from tutorcloudfront.naming import MAX_COMMENT_LENGTH, MAX_PREFIX_LENGTH
from tutorcloudfront.resources.desired import desired_resources
from tutorcloudfront.resources.distributions import comment
from tutorcloudfront.resources.edge import function_ref, tasks_of
from tutorcloudfront.resources.resource import Ref, Resource
from tutorcloudfront.resources.tags import LOGS_TAG, METRICS_TAG, tag_list
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Site

Document = dict[str, t.Any]

#: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MAX_PARAMETERS = 200
MAX_OUTPUTS = 200
MAX_RESOURCES = 500
#: Longest name of a site whose comment is whole under the longest prefix. CloudFormation can put a comment together
#: from parameters, and cannot shorten it.
MAX_NAME_IN_COMMENT = MAX_COMMENT_LENGTH - len(comment("", "")) - MAX_PREFIX_LENGTH
#: What a stack can not have: a secret in its template, and a bucket's policy, which a stack would have for itself alone.
#: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html
LEFT_OUT = ("secret", "bucket_policy")
DISTRIBUTION_ARN = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/"
NOTHING = {"Ref": "AWS::NoValue"}


@dataclass(frozen=True)
class Template:
    """A template, and the names of the sites whose values are fixed in it.

    `fixed` are because it has no room for more parameters, `guarded` because their functions are made for them.
    """

    document: Document
    fixed: tuple[str, ...]
    guarded: tuple[str, ...]


@dataclass(frozen=True)
class _Draft:
    """A site with parameters in place of its values.

    `condition` is the name of the one under which it has its alias, "" where it always has what it has.
    """

    stem: str
    original: Site
    site: Site
    condition: str = ""

    @property
    def logical_id(self) -> str:
        return f"{self.stem}Distribution"

    @property
    def bare(self) -> Site:
        """The site without its alias."""
        return replace(self.site, aliases=(), certificate_arn="")


def template(settings: Settings, sites: Sequence[Site], key_sets: KeySets | None = None) -> Template:
    """Return the template of a platform. AWS is not asked.

    :param key_sets: those that the settings say the URLs of.

    Raises:
        TutorError: it would be more than CloudFormation takes.
    """
    if not sites:
        raise TutorError(
            "There is nothing to export: the platform has no sites. Set CLOUDFRONT_LMS_DOMAIN, CLOUDFRONT_CMS_DOMAIN or "
            "CLOUDFRONT_EXTRA_DOMAINS."
        )
    parameters = Parameters()
    guarded = tuple(site.name for site in sites if tasks_of(site))
    general = _general(settings, parameters, fixed=bool(guarded))
    if not guarded and any(site.access == "signed" for site in sites):
        general = _with_hosts(general, settings, parameters)
    ids = stems(site.name for site in sites)
    drafts = [_draft(site, ids[site.name], settings, parameters) for site in sites]
    resources = parameters.placed(_resources(settings, general, drafts, key_sets or {}))
    if len(resources) > MAX_RESOURCES:
        raise TutorError(
            f"The template would have {len(resources)} resources, and CloudFormation takes {MAX_RESOURCES}: give some "
            "of the sites to another Tutor root, with a CLOUDFRONT_RESOURCE_PREFIX of its own, and export both."
        )
    conditions = {
        draft.condition: {"Fn::Not": [{"Fn::Equals": [draft.site.aliases[0], ""]}]}
        for draft in drafts
        if draft.condition
    }
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Open edX at {settings.lms_host} behind Amazon CloudFront (tutor-contrib-cloudfront)",
        "Parameters": parameters.documents(),
        "Rules": functions.RULES if guarded else {},
        "Conditions": parameters.placed(conditions),
        "Resources": resources,
        "Outputs": parameters.placed(_outputs(drafts)),
    }
    fixed = tuple(draft.site.name for draft in drafts if draft.site == draft.original and not tasks_of(draft.site))
    return Template({name: section for name, section in document.items() if section}, fixed, guarded)


def _general(settings: Settings, parameters: Parameters, *, fixed: bool) -> Settings:
    """Return the settings with parameters in place of what is another value in another account.

    With `fixed`, the prefix stays as it is: CloudFormation can not shorten the names of functions that begin with it.
    """
    prefix = Parameter(
        "Prefix",
        settings.resource_prefix,
        forms.PREFIX,
        "Begins the names of all resources. CLOUDFRONT_RESOURCE_PREFIX of the platform",
        MAX_PREFIX_LENGTH,
    )
    found = {
        **({} if fixed else {"resource_prefix": prefix}),
        "web_acl_arn": Parameter(
            "WebAclArn",
            settings.web_acl_arn,
            forms.WEB_ACL,
            "AWS WAF web ACL of all distributions. CLOUDFRONT_WEB_ACL_ARN of the platform",
        ),
        "log_bucket": Parameter(
            "LogBucket",
            settings.log_bucket,
            forms.BUCKET,
            "S3 bucket for access logs, which need the stack to be in us-east-1. CLOUDFRONT_LOG_BUCKET of the platform",
        ),
    }
    letters = {field: parameters.add(parameter) for field, parameter in found.items() if parameter.default}
    return settings.model_copy(update=letters)


def _with_hosts(general: Settings, settings: Settings, parameters: Parameters) -> Settings:
    """Return the settings with parameters for the hosts of the pages that may read what is signed."""
    hosts = {field: getattr(settings, field) for field in ("lms_host", "cms_host", "mfe_host")}
    letters = {
        field: parameters.add(Parameter(camel_case(field), host, forms.HOST, f"{field.upper()} of the platform"))
        for field, host in hosts.items()
        if host
    }
    return general.model_copy(update=letters)


def _draft(site: Site, stem: str, settings: Settings, parameters: Parameters) -> _Draft:
    """Return a site with parameters, or as it is where there is no room for them."""
    if len(parameters) + 2 + max(1, len(site.aliases)) > MAX_PARAMETERS:
        return _Draft(stem, site, site)
    if tasks_of(site):
        return _Draft(stem, site, _guarded(site, stem, settings, parameters))
    named_by_host = site.name in site.aliases
    optional = not named_by_host and len(site.aliases) <= 1 and bool(site.certificate_arn or settings.certificate_arn)
    wanted = bool(site.aliases) or optional
    certificate = parameters.add(_certificate(site, stem, settings, optional=optional)) if wanted else ""
    origin = Parameter(f"{stem}Origin", site.origin, forms.HOST, f"Host that CloudFront fetches {site.name} from")
    origin_letter = parameters.add(origin)
    hosts = [_host(site, stem, number, optional=optional) for number in range(len(site.aliases) or int(optional))]
    aliases = tuple(parameters.add(host) for host in hosts)
    name = aliases[site.aliases.index(site.name)] if named_by_host else site.name
    changed = replace(site, name=name, origin=origin_letter, aliases=aliases, certificate_arn=certificate)
    return _Draft(stem, site, changed, f"{stem}HasAlias" if optional else "")


def _guarded(site: Site, stem: str, settings: Settings, parameters: Parameters) -> Site:
    """Return a site with its certificate as a parameter: its hosts are in its functions and in what they are called."""
    certificate = _certificate(site, stem, settings, optional=False)
    return replace(site, certificate_arn=parameters.add(certificate)) if site.aliases else site


def _certificate(site: Site, stem: str, settings: Settings, *, optional: bool) -> Parameter:
    """Return the parameter of the certificate for all, or that of a site with one of its own."""
    if site.certificate_arn in ("", settings.certificate_arn):
        description = (
            "ACM certificate, in us-east-1, that covers the aliases. CLOUDFRONT_CERTIFICATE_ARN of the platform"
        )
        return Parameter("CertificateArn", settings.certificate_arn, forms.CERTIFICATE_OR_NOTHING, description)
    form = forms.CERTIFICATE_OR_NOTHING if optional else forms.CERTIFICATE
    description = f"ACM certificate, in us-east-1, that covers {', '.join(site.aliases[:3])}"
    return Parameter(f"{stem}CertificateArn", site.certificate_arn, form, description)


def _host(site: Site, stem: str, number: int, *, optional: bool) -> Parameter:
    """Return the parameter of a host that browsers ask for."""
    alias = site.aliases[number] if site.aliases else ""
    if optional:
        description = f"Host that browsers ask for {site.name}, covered by the certificate. Empty: d….cloudfront.net"
        return Parameter(f"{stem}Alias", alias, forms.VIEWER_HOST_OR_NOTHING, description)
    if alias == site.name:
        limit = MAX_NAME_IN_COMMENT if len(alias) <= MAX_NAME_IN_COMMENT else None
        return Parameter(f"{stem}Domain", alias, forms.VIEWER_HOST, f"Host that browsers ask for {alias}", limit)
    return Parameter(f"{stem}Alias{number + 1}", alias, forms.VIEWER_HOST, f"Host that browsers ask for {site.name}")


# Resources


def _resources(settings: Settings, general: Settings, drafts: Sequence[_Draft], key_sets: KeySets) -> Document:
    whole = desired_resources(general, [draft.site for draft in drafts], {}, key_sets)
    bare = desired_resources(general, [draft.bare if draft.condition else draft.site for draft in drafts], {}, key_sets)
    result, called = _functions(whole, general, drafts)
    shared = [resource for resource in whole if resource.kind not in ("distribution", *functions.KINDS, *LEFT_OUT)]
    ids = {each.ref: _shared_id(each, general) for each in shared}
    references = {ref: _reference(ref, id_) for ref, id_ in ids.items()} | called
    result |= {ids[each.ref]: _resource(each, references) for each in shared}
    for draft, with_alias, without in zip(drafts, _distributions(whole), _distributions(bare), strict=True):
        distribution = _resource(with_alias, references)
        config = distribution["Properties"]["DistributionConfig"]
        if draft.condition:
            other = _resource(without, references)["Properties"]["DistributionConfig"]
            config = _either(draft.condition, config, other)
        if len(draft.original.name) > MAX_NAME_IN_COMMENT:
            config = {**config, "Comment": comment(settings.resource_prefix, draft.original.name)}
        distribution["Properties"]["DistributionConfig"] = config
        result[draft.logical_id] = distribution
        result |= _features(draft, with_alias.tags)
    if general.log_bucket:
        result["LogDestination"] = _log_destination(general)
        _one_after_the_other(result)
    return result


def _functions(
    resources: Sequence[Resource], settings: Settings, drafts: Sequence[_Draft]
) -> tuple[Document, dict[Ref, Document]]:
    """Return the functions of the sites, and what distributions call them by."""
    ids = {
        function_ref(settings, draft.site, task).name: f"{draft.stem}{task.capitalize()}"
        for draft in drafts
        for task in tasks_of(draft.site)
    }
    return functions.stacked([resource for resource in resources if resource.kind in functions.KINDS], ids)


def _distributions(resources: Sequence[Resource]) -> list[Resource]:
    return [resource for resource in resources if resource.kind == "distribution"]


def _shared_id(resource: Resource, settings: Settings) -> str:
    purpose = resource.name.removeprefix(f"{settings.resource_prefix}-")
    return f"{camel_case(purpose)}{camel_case(resource.kind)}"


def _reference(ref: Ref, logical_id: str) -> Document:
    return {"Fn::GetAtt": [logical_id, "FunctionARN"]} if ref.kind == "function" else {"Ref": logical_id}


def _resource(resource: Resource, references: Mapping[Ref, Document]) -> Document:
    type_ = camel_case(resource.kind)
    named = {"Name": resource.name, "AutoPublish": True} if resource.kind == "function" else {}
    # Of a public key, CloudFormation wants to be told.
    reference = {CALLER_REFERENCE: resource.config[CALLER_REFERENCE]} if resource.kind == "public_key" else {}
    tags = tag_list(resource.tags)
    body = {
        **named,
        f"{type_}Config": {**reference, **properties(resource.with_ids(references).config)},
        **{name: content.decode() for name, content in resource.attachments.items()},
        **({"Tags": tags} if tags else {}),
    }
    return {"Type": f"AWS::CloudFront::{type_}", "Properties": body}


def _either(condition: str, yes: Document, no: Document) -> Document:
    """Return what is the same in both, and for the rest the choice."""
    keys = [*yes, *(key for key in no if key not in yes)]
    choices = {key: {"Fn::If": [condition, yes.get(key, NOTHING), no.get(key, NOTHING)]} for key in keys}
    return {key: yes[key] if key in yes and yes[key] == no.get(key) else choices[key] for key in keys}


# What a distribution has beside its configuration


def _features(draft: _Draft, tags: Mapping[str, str]) -> Document:
    """Return the resources of which a distribution's tags say that it has them, with their logical ids."""
    return {
        f"{draft.stem}{name}": {"Type": type_, "Properties": body}
        for tag, make in FEATURES.items()
        if tag in tags
        for name, type_, body in make(draft)
    }


def _metrics(draft: _Draft) -> Iterator[tuple[str, str, Document]]:
    subscription = {"RealtimeMetricsSubscriptionConfig": {"RealtimeMetricsSubscriptionStatus": "Enabled"}}
    body = {"DistributionId": {"Ref": draft.logical_id}, "MonitoringSubscription": subscription}
    yield "MonitoringSubscription", "AWS::CloudFront::MonitoringSubscription", body


def _logs(draft: _Draft) -> Iterator[tuple[str, str, Document]]:
    source = {
        "Name": {"Fn::Sub": f"tutor-cloudfront-${{{draft.logical_id}}}"},
        "LogType": "ACCESS_LOGS",
        "ResourceArn": {"Fn::Sub": f"{DISTRIBUTION_ARN}${{{draft.logical_id}}}"},
    }
    delivery = {
        "DeliverySourceName": {"Ref": f"{draft.stem}LogSource"},
        "DeliveryDestinationArn": {"Fn::GetAtt": ["LogDestination", "Arn"]},
        "S3SuffixPath": "{DistributionId}/{yyyy}/{MM}/{dd}",
    }
    yield "LogSource", "AWS::Logs::DeliverySource", source
    yield "LogDelivery", "AWS::Logs::Delivery", delivery


def _log_destination(settings: Settings) -> Document:
    body = {
        # Named after the platform: two stacks cannot share a destination, as two platforms without stacks do.
        "Name": f"tutor-cloudfront-{settings.resource_prefix}",
        "DestinationResourceArn": {"Fn::Sub": "arn:${AWS::Partition}:s3:::${LogBucket}"},
        "OutputFormat": "w3c",
    }
    return {"Type": "AWS::Logs::DeliveryDestination", "Properties": body}


def _one_after_the_other(resources: Document) -> None:
    """Have deliveries made one at a time, since AWS refuses two at once to the same destination.

    "Requested resource is currently being updated": https://github.com/hashicorp/terraform-provider-aws/issues/42194
    """
    deliveries = [id_ for id_, resource in resources.items() if resource["Type"] == "AWS::Logs::Delivery"]
    for earlier, later in pairwise(deliveries):
        resources[later]["DependsOn"] = earlier


FEATURES = {METRICS_TAG: _metrics, LOGS_TAG: _logs}


# Outputs


def _outputs(drafts: Sequence[_Draft]) -> Document:
    """Return what is to be known of each site, as far as there is room for all sites."""
    makers = (_domain_name, _distribution_id, _viewer_host)[: MAX_OUTPUTS // len(drafts)]
    return dict(make(draft) for draft in drafts for make in makers)


def _domain_name(draft: _Draft) -> tuple[str, Document]:
    description = f"CloudFront's own host name for {draft.original.name}, to which DNS records of an alias lead"
    value = {"Fn::GetAtt": [draft.logical_id, "DomainName"]}
    return f"{draft.stem}DomainName", {"Description": description, "Value": value}


def _distribution_id(draft: _Draft) -> tuple[str, Document]:
    description = f"Distribution that serves {draft.original.name}"
    return f"{draft.stem}DistributionId", {"Description": description, "Value": {"Ref": draft.logical_id}}


def _viewer_host(draft: _Draft) -> tuple[str, Document]:
    own = {"Fn::GetAtt": [draft.logical_id, "DomainName"]}
    pairs = zip(draft.original.aliases or draft.site.aliases, draft.site.aliases, strict=True)
    alias = next((letter for host, letter in pairs if not host.startswith("*")), own)
    value = {"Fn::If": [draft.condition, alias, own]} if draft.condition and alias != own else alias
    return f"{draft.stem}Host", {"Description": f"Host that browsers ask for {draft.original.name}", "Value": value}
