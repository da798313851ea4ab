"""A real proxy with the settings of the file for deployment, before a server of the tests."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

import httpx2

from app.base.children import spawn
from tests import debian
from tests.certificates import certificate
from tests.deploy import files
from tests.edge.client import connect
from tests.edge.site import Site
from tests.ports import free_ports
from tests.waiting import until

NAME = "gifts.example"
NAMES = f"DNS:{NAME},IP:127.0.0.1"
# nginx opens the log that it was built with before it reads where ours is.
BUILT_IN_LOG = "could not open error log file"


class Front(Site):
    """A proxy on ports of its own. Whoever speaks to it speaks TLS, and calls it by its name."""

    def __init__(self, kind: str, folder: Path, upstream: int) -> None:
        self.kind, self.folder = kind, folder
        folder.mkdir()
        self.plain_port = free_ports(2)
        super().__init__(self.plain_port + 1)
        chain, key = certificate(folder, "chain", NAMES)
        (folder / "both.pem").write_bytes(chain.read_bytes() + key.read_bytes())
        self.trust = ssl.create_default_context(cafile=str(chain))
        self.config = folder / files.FILES[kind][0]
        self.config.write_text({"nginx": self._nginx, "haproxy": self._haproxy}[kind](upstream))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address by name."""
        return f"https://{NAME}:{self.port}"

    def check(self) -> tuple[int, list[str]]:
        """What the program itself says of its settings: exit code and lines."""
        words = {"nginx": ["-t", "-q", "-p", str(self.folder), "-c"], "haproxy": ["-c", "-q", "-f"]}[self.kind]
        command = [str(self._program()), *words, str(self.config)]
        told = subprocess.run(command, env=debian.environment(), capture_output=True, text=True, timeout=30)
        lines = (told.stdout + told.stderr).splitlines()
        return told.returncode, [line for line in lines if BUILT_IN_LOG not in line]

    def start(self) -> None:
        """Returns when it listens."""
        words = {"nginx": ["-g", "daemon off;", "-p", str(self.folder), "-c"], "haproxy": ["-db", "-f"]}[self.kind]
        with (self.folder / "log").open("ab") as log:
            self._process = spawn(
                [str(self._program()), *words, str(self.config)], env=debian.environment(), stdout=log, stderr=log
            )
        until(self._listens)

    def stop(self) -> None:
        """Ends it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def http(self, token: str | None = None) -> httpx2.AsyncClient:
        """An HTTP client that takes this proxy for the server of that name."""
        headers = {"Host": NAME} | ({"Authorization": f"Bearer {token}"} if token else {})
        # The connection is opened by address, as no name server knows the name.
        return httpx2.AsyncClient(
            base_url=f"https://127.0.0.1:{self.port}", headers=headers, timeout=30, verify=self.trust
        )

    def connect(self, room: str = "main", **options: Any) -> Any:
        """A socket through it that has not said hello."""
        address = {"host": "127.0.0.1", "port": self.port, "ssl": self.trust}
        return connect(f"wss://{NAME}/ws/{room}", **address, **options)

    def _program(self) -> Path:
        found = debian.program(self.kind)
        assert found is not None
        return found

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _nginx(self, upstream: int) -> str:
        temporary = "".join(
            f"{name}_temp_path {self.folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return self._changed(
            {
                r"^user www-data;$": "user root;" if os.geteuid() == 0 else "",
                "/run/nginx.pid": f"{self.folder}/pid",
                "/var/log/nginx/": f"{self.folder}/",
                r"^http \{$": f"http {{\n{temporary}",
                r"server 127\.0\.0\.1:8000": f"server 127.0.0.1:{upstream}",
                r"listen 80;": f"listen 127.0.0.1:{self.plain_port};",
                r"listen 443 ": f"listen 127.0.0.1:{self.port} ",
                r"listen \[::\]:.*": "",
                "/etc/ssl/fanfare/fullchain.pem": f"{self.folder}/chain.pem",
                "/etc/ssl/fanfare/privkey.pem": f"{self.folder}/chain.key",
                # Not every machine lets the tests open so many files.
                "worker_rlimit_nofile 65536;": "",
                "worker_connections 32768;": "worker_connections 500;",
                "worker_processes auto": "worker_processes 1",
            }
        )

    def _haproxy(self, upstream: int) -> str:
        return self._changed(
            {
                "/run/haproxy/admin.sock": f"{self.folder}/admin",
                "/etc/haproxy/fanfare.pem": f"{self.folder}/both.pem",
                # Not every machine lets the tests open so many files.
                "maxconn 30000": "maxconn 500",
                "bind :80$": f"bind 127.0.0.1:{self.plain_port}",
                "bind :443 ": f"bind 127.0.0.1:{self.port} ",
                r"server a 127\.0\.0\.1:8000": f"server a 127.0.0.1:{upstream}",
            }
        )

    def _changed(self, places: dict[str, str]) -> str:
        """The file with this machine's places in it, and nothing else of it changed."""
        text = files.text(self.kind)
        for pattern, place in places.items():
            text, count = re.subn(pattern, place, text, flags=re.MULTILINE)
            assert count, pattern
        return text
