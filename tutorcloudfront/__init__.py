"""Put an Open edX platform run with Tutor behind Amazon CloudFront."""
