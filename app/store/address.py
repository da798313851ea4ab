"""Where the store is and how to get in, read from FANFARE_REDIS_URL: one store, a cluster's nodes, or sentinels.

Options stand behind `?` as redis-py has them: `db`, `ssl_ca_certs`, `ssl_certfile`, `ssl_keyfile` and their like.
"""

from __future__ import annotations

import dataclasses
import re
import ssl
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from app.base.errors import ConfigError

PORT, SENTINEL_PORT = 6379, 26379
SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel")
TLS_FILES = ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile")
TLS_OPTIONS = (*TLS_FILES, "ssl_password", "ssl_cert_reqs", "ssl_check_hostname")
SENTINEL_OPTIONS = ("sentinel_username", "sentinel_password")
CERT_REQS = {"none": ssl.CERT_NONE, "optional": ssl.CERT_OPTIONAL, "required": ssl.CERT_REQUIRED}
# Several hosts, some of them in brackets, are no URL to the urlsplit of newer Pythons.
URL = re.compile(r"([^:/?#]*)://([^/?#]*)([^?#]*)(?:\?([^#]*))?")
FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

Place = tuple[str, int]
"""Host and port of a node; the path of a unix socket, with port 0."""


@dataclasses.dataclass(frozen=True)
class Address:
    """`places` are the store, nodes of its cluster, or, where there is a `service`, the sentinels that watch it."""

    places: tuple[Place, ...]
    username: str
    password: str | None
    db: int
    service: str
    tls: ssl.SSLContext | None
    options: Mapping[str, str]

    @property
    def of_sentinels(self) -> Address:
        """The same, to speak with the sentinels themselves."""
        username = self.options.get("sentinel_username", "default")
        password = self.options.get("sentinel_password")
        return dataclasses.replace(self, username=username, password=password, db=0, service="")


def read_address(url: str) -> Address:
    """The address that a URL stands for.

    Raises:
        ConfigError: it is none, or an option is unknown or cannot be used.
    """
    parts = URL.match(url.strip())
    scheme, netloc, path, query = parts.groups("") if parts else ("", "", "", "")
    if scheme not in SCHEMES:
        known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise ConfigError(f"the store's URL starts with one of {known}, not {scheme or url!r}")
    login, _, hosts = netloc.rpartition("@")
    username, _, password = login.partition(":")
    options = _options(query)
    path = unquote(path)
    sentinel, unix = scheme.endswith("+sentinel"), scheme == "unix"
    service, _, db_text = path.strip("/").partition("/") if sentinel else ("", "", "" if unix else path.lstrip("/"))
    if sentinel and not service:
        raise ConfigError("sentinels are asked for a service: redis+sentinel://host:26379/SERVICE")
    port = SENTINEL_PORT if sentinel else PORT
    return Address(
        places=((path, 0),) if unix else tuple(_place(host, port) for host in hosts.split(",")),
        username=unquote(username) or "default",
        password=unquote(password) or None,
        db=_number(options.get("db", db_text), "database"),
        service=service,
        tls=_tls(options) if scheme.startswith("rediss") else None,
        options=options,
    )


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query))
    known = ("db", *TLS_OPTIONS, *SENTINEL_OPTIONS)
    for name in options:
        if name not in known:
            raise ConfigError(f"the store's URL has an option {name!r}; known are {', '.join(known)}")
    return options


def _place(text: str, port: int) -> Place:
    try:
        parts = urlsplit(f"//{text}")
        return parts.hostname or "127.0.0.1", parts.port or port
    except ValueError:
        raise ConfigError(f"the store's URL has a host or a port that is none: {text!r}") from None


def _number(text: str, what: str) -> int:
    try:
        return int(text or 0)
    except ValueError:
        raise ConfigError(f"the store's URL has a {what} that is not a number: {text!r}") from None


def _tls(options: Mapping[str, str]) -> ssl.SSLContext:
    try:
        required = CERT_REQS[options.get("ssl_cert_reqs", "required").lower()]
        check_hostname = FLAGS[options.get("ssl_check_hostname", "true").lower()]
    except KeyError as error:
        raise ConfigError(f"the store's URL has a TLS option that cannot be understood: {error}") from None
    try:
        context = ssl.create_default_context(cafile=options.get("ssl_ca_certs"), capath=options.get("ssl_ca_path"))
        context.check_hostname = check_hostname and required == ssl.CERT_REQUIRED
        context.verify_mode = required
        if certificate := options.get("ssl_certfile"):
            context.load_cert_chain(certificate, options.get("ssl_keyfile"), options.get("ssl_password"))
    except OSError as error:
        raise ConfigError(f"the store's URL names TLS files that cannot be used: {error}") from None
    return context
