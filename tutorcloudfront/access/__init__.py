"""The layer between a browser and private content: who may open what, and the signature that opens it.

`gate` decides and signs, and knows no web framework; `lms`, `flask` and `fastapi` are thin adapters to it, and `storages`
has django-storages sign. Nothing here imports tutor, boto3 or pydantic, and each framework only its own adapter.
"""
