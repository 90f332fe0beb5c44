"""What is wrong with a platform behind CloudFront, looked at from outside.

- `probes` look: at AWS, at DNS, at certificates by real handshakes, at files by real requests. Each returns `facts`.
- `facts` are plain data.
- `judgement` turns facts into findings, each with what it means and its mend, and looks at nothing itself.
- `examination` has all of it done, what is independent side by side.
"""
