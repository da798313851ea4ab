"""Certificates for tests of TLS, made by the openssl program: each is its own authority."""

from __future__ import annotations

import subprocess
from pathlib import Path

MAKE = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")


def certificate(folder: Path, name: str, names: str = "DNS:localhost") -> tuple[Path, Path]:
    """A certificate under that name, for the `names` by which it is called, and its key."""
    made, key = folder / f"{name}.pem", folder / f"{name}.key"
    about = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={names}"]
    subprocess.run([*MAKE, *about, "-keyout", key, "-out", made], check=True, capture_output=True)
    return made, key
