"""A Django app for the LMS: cookies and redirects for learners of a course, to the course's private media.

Installed into the platform's image, it is found by its entry point (`lms.djangoapp`), and answers 404 until the settings
name a media host and a key. Settings are in `configuration`.
"""
