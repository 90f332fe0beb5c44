"""The function that lets nobody pass without a token. Of this package, it is all that its zip has.

It runs on the Python 3.10 to 3.13 of Lambda with the standard library alone. What takes long to import (`typing`,
`dataclasses`, `urllib`) is not imported, since a viewer waits for it.
"""
