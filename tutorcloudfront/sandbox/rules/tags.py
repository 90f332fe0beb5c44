"""Tags.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/tagging.html
"""

from __future__ import annotations

from unicodedata import category

from tutorcloudfront.sandbox.refusal import refuse_if

MAX_TAGS = 50
PUNCTUATION = set("_.:/=+-@")


def check_tags(tags: dict[str, str]) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Tag.html"""
    refuse_if(len(tags) > MAX_TAGS, "InvalidTagging", f"A resource can have at most {MAX_TAGS} tags.")
    for key, value in tags.items():
        wrong = not 1 <= len(key) <= 128 or len(value) > 256 or key.lower().startswith("aws:")
        refuse_if(wrong or not _characters_fit(key + value), "InvalidTagging", f"The tag is not valid: {key}")


def _characters_fit(text: str) -> bool:
    # Letters, blanks and numbers of any script.
    return all(category(character)[0] in "LZN" or character in PUNCTUATION for character in text)
