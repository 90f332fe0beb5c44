"""What AWS refuses: small functions that look at a configuration, and at the account, and raise `Refused`.

They get configurations that are complete (see `defaults`) and fit the API's model (see `shapes`).
"""
