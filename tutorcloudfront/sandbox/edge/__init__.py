"""A local edge: does with a viewer's request what CloudFront does, from the distributions of the emulated account.

It is there to see and test what one will get, not to carry traffic.
"""
