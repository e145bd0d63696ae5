#!/usr/bin/env python3
"""Writes webhooks/SIGNATURES: what Intercom would send as X-Hub-Signature with each sample, computed by Python's hmac."""

import hashlib
import hmac
import pathlib
import re

HERE = pathlib.Path(__file__).parent
SECRET = re.search(r'SECRET: &str = "([^"]+)"', (HERE / "generator.rs").read_text()).group(1)

lines = ["# X-Hub-Signature of the exact bytes of each file, by sign.py"]
for path in sorted((HERE / "webhooks").glob("*.json")):
    digest = hmac.new(SECRET.encode(), path.read_bytes(), hashlib.sha1).hexdigest()
    lines.append(f"sha1={digest}  {path.name}")
(HERE / "webhooks" / "SIGNATURES").write_text("\n".join(lines) + "\n")
