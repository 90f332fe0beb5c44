"""What Tutor loads with every command: nothing heavy may be imported here."""

from __future__ import annotations

import typing as t

from tutor import hooks as tutor_hooks

from tutorcloudfront.commands import cloudfront
from tutorcloudfront.naming import prefix_of_host
from tutorcloudfront.tasks import append_init_tasks, cloudfront_init
from tutorcloudfront.templating import append_patches, cloudfront_patch

#: Every setting of the plugin with its default value, in the order of the documentation.
DEFAULTS: dict[str, t.Any] = {
    "AWS_ACCESS_KEY_ID": "",
    "AWS_SECRET_ACCESS_KEY": "",
    "AWS_PROFILE": "",
    "AWS_REGION": "us-east-1",
    "LMS_DOMAIN": "{{ LMS_HOST }}",
    "CMS_DOMAIN": "{{ CMS_HOST }}",
    "LMS_ALIAS": "",
    "CMS_ALIAS": "",
    "CERTIFICATE_ARN": "",
    "CACHE_CONFIG": {"min_ttl": 0, "default_ttl": 300, "max_ttl": 3600},
    "EXTRA_DOMAINS": [],
    "COURSE_ASSETS": False,
    "PRICE_CLASS": "PriceClass_All",
    "WEB_ACL_ARN": "",
    "LOG_BUCKET": "",
    "REALTIME_METRICS": False,
    "TAGS": {},
    "RESOURCE_PREFIX": "{{ LMS_HOST|cloudfront_prefix }}",
    "SIGNING_ALGORITHM": "rsa-sha1",
    "SIGNED_TTL": 7200,
    "SIGNING_SECRET": "",
    "SIGNING_KEYS": [],
    "JWT": {},
    "DISTRIBUTIONS": {},
}

tutor_hooks.Filters.CLI_COMMANDS.add_item(cloudfront)
tutor_hooks.Filters.CONFIG_DEFAULTS.add_items([(f"CLOUDFRONT_{name}", value) for name, value in DEFAULTS.items()])
tutor_hooks.Filters.ENV_TEMPLATE_FILTERS.add_item(("cloudfront_prefix", prefix_of_host))
tutor_hooks.Filters.ENV_TEMPLATE_VARIABLES.add_items(
    [("cloudfront_init", cloudfront_init), ("cloudfront_patch", cloudfront_patch)]
)
tutor_hooks.Filters.CLI_DO_INIT_TASKS.add()(append_init_tasks)
# After the patches of all other plugins, for which Tutor's documentation names 100 as the last priority.
tutor_hooks.Filters.ENV_PATCHES.add(priority=1000)(append_patches)
