"""Settings: each one stands here once, with its default, its unit and a sentence.

The environment (`FANFARE_<NAME>`), the command line and the README's table are derived from these fields.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import itertools
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

from app.base.errors import ConfigError
from app.base.files import read_kept, unusable, write_whole

PREFIX = "FANFARE_"
DEMO_ROOM, DEMO_VIDEO = "main", "clip"
DEMO_HOLD_S = 20
SECRET_MIN, LETTERS_MIN = 32, 8
# Of examples and templates, that people forget to replace.
PLACEHOLDERS = ("changeme", "changethis", "replaceme", "yoursecret", "yourapikey", "password", "placeholder")
NEW_SECRET = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'


def _setting(default: Any, sentence: str, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": sentence, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that an operator may set. Zero means "no limit" wherever a rate or a number is limited."""

    data: Path = _setting(Path(".fanfare"), "Folder of the embedded store, the logs and the demo's secrets.")
    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8000, "Port to listen on; 0 takes a free one.")
    workers: int = _setting(1, "Worker processes, each with a listening socket of its own.")
    redis_url: str = _setting("", "An external Valkey or Redis >= 7.0: one, a cluster, or behind sentinels.", True)
    replicas_ack: int = _setting(
        -1, "Replicas that have to have a gift before it counts; -1: one on a cluster that has any, else none."
    )
    partitions: int = _setting(
        0, "Parts of the ledger, 1 to 1024, fixed when it is born; 0: as it has, a new one 16 on a cluster, else one."
    )
    secret: str = _setting("", "Key that signs the tokens (HS256), at least 32 characters.", True)
    api_key: str = _setting("", "Key of the platform's backend, at least 32 characters.", True)
    token_max_age_s: int = _setting(86_400, "Longest life of a token, in seconds; an overlay's may be 30 days.")
    origins: str = _setting("", "Other web origins that may connect, separated by commas.")
    admin: str = _setting("127.0.0.1:9464", "Address of /metrics; worker k adds k to the port; 'off' for none.")
    gift_rate: float = _setting(20.0, "Gifts a second a user may send; bursts of three seconds' worth.")
    comment_rate: float = _setting(1.0, "Comments a second a user may post; bursts of five seconds' worth.")
    command_rate: float = _setting(50.0, "Other frames a second on one connection; bursts of three seconds' worth.")
    request_rate: float = _setting(20.0, "HTTP requests a second of a person or address; bursts of ten seconds' worth.")
    sockets_per_user: int = _setting(10, "Connections of one user on a worker.")
    sockets_per_ip: int = _setting(100, "Connections from one address (IPv6: /64) on a worker; loopback is exempt.")
    hosts: str = _setting("", "Names by which this server may be called, separated by commas; empty for any.")
    trusted_proxies: str = _setting("", "Proxies (addresses, networks) whose word on a client's address is believed.")
    id_window_s: int = _setting(600, "How old a gift's id may be, in seconds; its answer is kept longer than that.")
    journal_max: int = _setting(20_000_000, "Journal entries that may wait for the archive before gifts are refused.")
    award_ppm: int = _setting(-1, "Diamonds for a coin, in parts per million; -1: as the receiver's rate card says.")
    country: str = _setting("US", "The platform's own country (ISO 3166), and a viewer's who has no other.")
    prices: str = _setting("", "File of the price books, in place of the one that ships.")
    rates: str = _setting("", "File of the rate cards, in place of the one that ships.")
    taxes: str = _setting("", "File of the withholding tables, in place of the one that ships.")
    seller: str = _setting("", "Who sells coins and pays streamers, on their papers: name; address; tax number.")
    policies: str = _setting("", "File of the refund policies, in place of the one that ships.")
    promotions: str = _setting("", "File of the packages of promotion, in place of the one that ships.")
    fraud: str = _setting("", "File of the rules of fraud, in place of the one that ships.")
    paypal_client: str = _setting("", "PayPal app's client id, for payouts by PayPal.", True)
    paypal_secret: str = _setting("", "PayPal app's secret.", True)
    paypal_url: str = _setting("https://api-m.paypal.com", "PayPal's API; the sandbox's for trying out.")
    paypal_webhook_id: str = _setting(
        "", "Id of the webhook at PayPal that has news of payouts; empty: we ask for them."
    )
    bank_name: str = _setting("", "Holder of the account that payouts by bank come from, in Latin letters.")
    bank_account: str = _setting("", "That account's IBAN or number.", True)
    bank_bic: str = _setting("", "Its bank's BIC; needless for an IBAN within the SEPA.")
    archive_url: str = _setting("", "Where the books are: postgresql://...; empty: SQLite in the data folder.", True)
    hold_s: int = _setting(-1, "Seconds that earned diamonds are pending; -1: as the rate card says, 20 in the demo.")
    stripe_key: str = _setting("", "Secret key of a Stripe account, to sell coins by; needs fanfare[stripe].", True)
    stripe_webhook_secret: str = _setting("", "Secrets of Stripe's webhook endpoint, separated by commas.", True)
    demo_webhook_secret: str = _setting("", "Secret of the demo provider's webhooks; the demo makes its own.", True)
    minors: str = _setting("refuse", "Minors buy, send and receive never ('refuse') or with a linked 'guardian' alone.")
    approve_from: int = _setting(50_000, "Payouts of so many minor units or more wait for a second person's approval.")
    grant_alone: int = _setting(10_000, "Coins that one operator may give in a day; more takes a second person.")
    unusual_from: int = _setting(
        3_500,
        "Coins in one purchase, from an address new to the person, that the person is told of; 0: never.",
    )
    video_gifts: str = _setting("5-3000", "Coins that a gift on a video costs at least and at most.")
    shout_from: int = _setting(99, "Coins that a gift costs at least for its words to be read out on the overlay.")
    tts: str = _setting("auto", "Who reads them out: 'espeak-ng', 'off' the overlay's page, 'auto' what is there.")
    heartbeat_s: int = _setting(25, "Seconds between two pings to a connection.")
    lost_tail: str = _setting(
        "", "After the store has lost gifts: 'refuse' new ones until it is accepted, or 'continue'; the demo continues."
    )
    drain_s: float = _setting(10.0, "Seconds within which a stopping worker has said goodbye to all its viewers.")
    deflate: str = _setting("off", "'shared' compresses a room's frame once for all who can read it; 'off' never.")
    demo: bool = _setting(False, "Demo mode: own secrets, a login for anyone, 5 000 coins for each new viewer.")

    @property
    def fixed_hold_s(self) -> int | None:
        """The hold that counts in place of the rate cards' own; None where theirs do."""
        if self.hold_s >= 0:
            return self.hold_s
        return DEMO_HOLD_S if self.demo else None

    @property
    def fixed_award_ppm(self) -> int | None:
        """What counts in place of the rate cards' `award_ppm`; None where theirs do."""
        return None if self.award_ppm < 0 else self.award_ppm

    @property
    def allowed_origins(self) -> frozenset[str]:
        """The web origins of `origins`, exact, in lower case and without a trailing slash."""
        return frozenset(o.strip().rstrip("/").lower() for o in self.origins.split(",") if o.strip())

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The names of `hosts`, in lower case."""
        return frozenset(host.strip().lower() for host in self.hosts.split(",") if host.strip())

    @property
    def trusted_networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """The networks of `trusted_proxies`. Raises ValueError where one of them is none."""
        return tuple(ipaddress.ip_network(part.strip()) for part in self.trusted_proxies.split(",") if part.strip())

    @property
    def video_gift_prices(self) -> tuple[int, int]:
        """The bounds of `video_gifts`. Raises ValueError where they are none."""
        low, high = (int(part) for part in self.video_gifts.split("-"))
        if not 1 <= low <= high:
            raise ValueError(self.video_gifts)
        return low, high

    @property
    def refuses_after_loss(self) -> bool:
        """Whether no gifts are taken from a store that has lost some, until somebody accepts it."""
        return self.lost_tail == "refuse" or not (self.lost_tail or self.demo)

    def redacted(self) -> dict[str, Any]:
        """Every setting with its value, secrets masked, for people to read."""
        shown = {}
        for f in dataclasses.fields(self):
            value = getattr(self, f.name)
            shown[f.name] = "***" if f.metadata["secret"] and value else value
        return shown


def _parse(name: str, kind: type, text: str) -> Any:
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[
                text.strip().lower()
            ]
        return kind(text)
    except (ValueError, KeyError):
        raise ConfigError(f"{PREFIX}{name.upper()}: {text!r} is not a valid {kind.__name__}") from None


def _from_file(key: str, path: Path) -> str:
    text = read_kept(path, f"{key} names it")
    if text is None:
        raise ConfigError(f"{key}: there is no file {path}")
    return text


def _check(settings: Settings) -> None:
    _check_secrets(settings)
    bounds = {
        "port": (0, 65535),
        "workers": (1, 64),
        "replicas_ack": (-1, 5),
        "partitions": (0, 1024),
        "gift_rate": (0, 1e6),
        "comment_rate": (0, 1e6),
        "command_rate": (0, 1e6),
        "request_rate": (0, 1e6),
        "sockets_per_user": (0, 1_000_000),
        "sockets_per_ip": (0, 1_000_000),
        "token_max_age_s": (0, 1_000_000_000),
        "id_window_s": (10, 86_400),
        "journal_max": (1000, 1_000_000_000_000),
        "hold_s": (-1, 365 * 86_400),
        "award_ppm": (-1, 1_000_000),
        "approve_from": (0, 9_000_000_000_000_000),
        "grant_alone": (0, 1_000_000_000_000),
        "unusual_from": (0, 1_000_000_000),
        "shout_from": (1, 1_000_000_000),
        "heartbeat_s": (1, 3600),
        "drain_s": (0, 600),
    }
    for name, (low, high) in bounds.items():
        value = getattr(settings, name)
        if not low <= value <= high:
            raise ConfigError(f"{PREFIX}{name.upper()}: {value:g} is outside {low:g} to {high:g}")
    try:
        _ = settings.trusted_networks
    except ValueError as error:
        raise ConfigError(
            f"{PREFIX}TRUSTED_PROXIES: {error}; addresses or networks like 10.0.0.0/8, by commas"
        ) from None
    try:
        _ = settings.video_gift_prices
    except ValueError:
        raise ConfigError(f"{PREFIX}VIDEO_GIFTS: {settings.video_gifts!r} is no range of coins like 5-3000") from None
    if settings.lost_tail not in ("", "refuse", "continue"):
        raise ConfigError(f"{PREFIX}LOST_TAIL: {settings.lost_tail!r} is neither 'refuse' nor 'continue'")
    if settings.tts not in ("off", "espeak-ng", "auto"):
        raise ConfigError(f"{PREFIX}TTS: {settings.tts!r} is none of 'off', 'espeak-ng', 'auto'")
    if settings.minors not in ("refuse", "guardian"):
        raise ConfigError(f"{PREFIX}MINORS: {settings.minors!r} is neither 'refuse' nor 'guardian'")
    if settings.deflate not in ("off", "shared"):
        raise ConfigError(f"{PREFIX}DEFLATE: {settings.deflate!r} is neither 'off' nor 'shared'")


def _check_secrets(settings: Settings) -> None:
    for name in ("secret", "api_key"):
        value: str = getattr(settings, name)
        if value and (why := _weakness(value)):
            raise ConfigError(f"{PREFIX}{name.upper()}: {why}; this makes a good one: {NEW_SECRET}")
    if settings.secret and settings.secret == settings.api_key:
        raise ConfigError(
            f"{PREFIX}SECRET and {PREFIX}API_KEY are the same: whoever is given one of them would have both"
        )


def _weakness(secret: str) -> str | None:
    """Why a secret is none. Its own text is not repeated."""
    if len(secret) < SECRET_MIN:
        return f"at least {SECRET_MIN} characters are needed, it has {len(secret)}"
    steps = [abs(ord(after) - ord(before)) for before, after in itertools.pairwise(secret)]
    if len(set(secret)) < LETTERS_MIN or secret in (secret + secret)[1:-1] or steps.count(1) > len(steps) / 2:
        return "it repeats or counts, and is easily guessed"
    letters = "".join(filter(str.isalnum, secret.lower()))
    if any(word in letters for word in PLACEHOLDERS):
        return "it is still an example's"
    return None


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment, then `overrides` (None leaves a setting as it is).

    Raises:
        ConfigError: a value cannot be read, is out of bounds, or a `FANFARE_` name is unknown.
    """
    environ = os.environ if environ is None else environ
    hints = get_type_hints(Settings)
    names = {PREFIX + f.name.upper(): f.name for f in dataclasses.fields(Settings)}
    values: dict[str, Any] = {}
    for key, text in environ.items():
        if not key.startswith(PREFIX):
            continue
        if key.endswith("_FILE") and key[:-5] in names:
            key, text = key[:-5], _from_file(key, Path(text))
        if key not in names:
            raise ConfigError(f"{key}: no such setting; `fanfare check` lists them")
        values[names[key]] = _parse(names[key], hints[names[key]], text)
    values.update({k: v for k, v in overrides.items() if v is not None})
    settings = Settings(**values)
    _check(settings)
    return settings


def with_secrets(settings: Settings) -> Settings:
    """The settings with both secrets present: the demo makes its own and keeps them in the data folder.

    Raises:
        ConfigError: outside the demo, a secret is missing; or one is too weak, or both are the same.
    """
    found: dict[str, Any] = {}
    for name in ("secret", "api_key", *(["demo_webhook_secret"] if settings.demo else [])):
        if getattr(settings, name):
            continue
        if not settings.demo:
            raise ConfigError(
                f"{PREFIX}{name.upper()} is not set; `fanfare serve` needs it, `fanfare demo` makes its own"
            )
        found[name] = kept_secret(settings.data, name) or _new_secret(settings.data, name)
    settings = dataclasses.replace(settings, **found)
    _check_secrets(settings)
    return settings


def kept_secret(data: Path, name: str) -> str | None:
    """A secret that a demo made in the data folder, None where none did.

    Raises:
        ConfigError: its file is empty or cannot be read.
    """
    return read_kept(
        data / f"{name}.txt", "delete it for a new one, which makes all tokens and keys that were given out invalid"
    )


def _new_secret(data: Path, name: str) -> str:
    secret = secrets.token_urlsafe(32)
    try:
        write_whole(data / f"{name}.txt", secret)
    except OSError as error:
        raise unusable(data, error) from None
    return secret
