"""Having CloudFront forget what it has cached, before its time."""
