"""The function that signs requests to AWS. Of this package, it is all that its zip has; Lambda brings botocore along."""
