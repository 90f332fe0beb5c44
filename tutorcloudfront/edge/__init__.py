"""Lambda@Edge functions: who may pass is checked at viewer-request, requests to AWS are signed at origin-request.

What is in `authorizer` and `signer` runs in Lambda, from zips that `package` makes; the other modules say how.
"""
