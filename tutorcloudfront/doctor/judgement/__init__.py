"""Judging what was seen: facts in, findings out."""
