"""Stands in for the platform's module of that name, which cannot be installed without the platform.

https://github.com/openedx/openedx-platform/blob/master/lms/djangoapps/courseware/courses.py
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

#: Pairs of a user's name and a course's key.
ENROLMENTS: set[tuple[str, str]] = set()


@dataclass
class AccessResponse:
    """The platform's answer is no bool, but can be asked like one."""

    has_access: bool

    def __bool__(self) -> bool:
        return self.has_access


def check_course_access(
    course: CourseOverview,
    user: User,
    action: str,
    check_if_enrolled: bool = False,
    check_survey_complete: bool = True,
    check_if_authenticated: bool = False,
    apply_enterprise_checks: bool = False,
) -> AccessResponse:
    # What the app must ask for: a loose question has a loose answer.
    strict = action == "load" and check_if_enrolled and not check_survey_complete
    return AccessResponse(not strict or user.is_staff or (user.username, str(course.id)) in ENROLMENTS)
