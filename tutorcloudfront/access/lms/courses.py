"""Who may see a course's media: by default, who has access to the course."""

from __future__ import annotations

import typing as t

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from opaque_keys.edx.locator import CourseLocator

if t.TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def may_open_course(user: AbstractUser, path: str) -> bool:
    """Return whether a user has access to the course that the first segment of a path names.

    Learners who are enrolled have it while the course is open, and staff of the course have it at any time:
    https://github.com/openedx/openedx-platform/blob/master/lms/djangoapps/courseware/courses.py
    """
    from lms.djangoapps.courseware.courses import check_course_access
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    folder = path.partition("/")[0]
    key = course_key(folder)
    if key is None:
        return False
    try:
        course = CourseOverview.get_from_id(key)
    except CourseOverview.DoesNotExist:
        return False
    # Databases have their own ideas of equal text, and take `course-v1:x+y+z` for `course-v1:X+Y+Z`.
    if str(course.id) != folder:
        return False
    return bool(check_course_access(course, user, "load", check_if_enrolled=True, check_survey_complete=False))


def course_key(text: str) -> CourseLocator | None:
    """Return the key of a run of a course, and None for all else.

    Keys of the old form have slashes, those of libraries and of versions of a course are no courses for learners.
    """
    try:
        key = CourseKey.from_string(text)
    except InvalidKeyError:
        return None
    is_run = isinstance(key, CourseLocator) and not key.deprecated and key.branch is None and key.version_guid is None
    return key if is_run and key.run else None
