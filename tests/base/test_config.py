from __future__ import annotations

import dataclasses
import stat
from pathlib import Path
from typing import Any

import pytest

from app.base.config import PREFIX, Settings, load, with_secrets
from app.base.errors import ConfigError
from tests.edge.site import API_KEY, SECRET


def test_defaults_without_environment() -> None:
    """Without any setting the defaults count."""
    assert Settings() == load({})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("data", "/srv/fanfare", Path("/srv/fanfare")),
        ("port", "0", 0),
        ("gift_rate", "2.5", 2.5),
        ("demo", "yes", True),
        ("demo", " FALSE ", False),
        ("host", "::", "::"),
    ],
)
def test_environment_is_read_by_type(name: str, text: str, value: Any) -> None:
    """Each setting is read from FANFARE_<NAME> as the type of its field."""
    assert value == getattr(load({PREFIX + name.upper(): text}), name)


@pytest.mark.parametrize("text", ["", "5", "0-10", "20-10", "a-b", "1-2-3", "-5-10"])
def test_a_range_of_coins_is_one(text: str) -> None:
    """What a gift on a video may cost is from one whole number of coins to another, at least as high."""
    assert (20, 20) == load({"FANFARE_VIDEO_GIFTS": "20-20"}).video_gift_prices
    with pytest.raises(ConfigError, match="VIDEO_GIFTS"):
        load({"FANFARE_VIDEO_GIFTS": text})


def test_arguments_win_over_the_environment() -> None:
    """What is given by hand counts; None leaves the setting as it was."""
    settings = load({"FANFARE_PORT": "1", "FANFARE_WORKERS": "2"}, port=3, workers=None)

    assert (3, 2) == (settings.port, settings.workers)


def test_secret_from_a_file(tmp_path: Path) -> None:
    """FANFARE_<NAME>_FILE names a file that holds the value, as containers hand secrets out."""
    (tmp_path / "key").write_text(f"{SECRET}\n")

    assert SECRET == load({"FANFARE_SECRET_FILE": str(tmp_path / "key")}).secret


def test_secret_from_a_missing_or_empty_file(tmp_path: Path) -> None:
    """A file that is not there, or has nothing in it, is named together with its setting."""
    (tmp_path / "key").touch()

    with pytest.raises(ConfigError, match=r"FANFARE_SECRET_FILE: there is no file .*nothing"):
        load({"FANFARE_SECRET_FILE": str(tmp_path / "nothing")})
    with pytest.raises(ConfigError, match="key is empty; FANFARE_SECRET_FILE names it"):
        load({"FANFARE_SECRET_FILE": str(tmp_path / "key")})


@pytest.mark.parametrize("name", ["FANFARE_PROT", "FANFARE_", "FANFARE_PROT_FILE"])
def test_unknown_name_is_refused(name: str) -> None:
    """A misspelt setting is refused, not ignored."""
    with pytest.raises(ConfigError, match=f"{name}: no such setting"):
        load({name: "1"})


def test_other_variables_are_left_alone() -> None:
    """Variables of other programs are none of our business."""
    assert Settings() == load({"PATH": "/bin", "FANFAR": "1"})


@pytest.mark.parametrize(("name", "text"), [("port", "http"), ("demo", "maybe"), ("gift_rate", "")])
def test_unreadable_value_is_named(name: str, text: str) -> None:
    """A value that cannot be read is refused with its name and text."""
    with pytest.raises(ConfigError, match=f"FANFARE_{name.upper()}: '{text}' is not a valid"):
        load({PREFIX + name.upper(): text})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 65_536),
        ("port", -1),
        ("workers", 0),
        ("workers", 65),
        ("award_ppm", 1_000_001),
        ("id_window_s", 9),
        ("approve_from", -1),
        ("drain_s", 601.0),
        ("gift_rate", float("nan")),
    ],
)
def test_value_out_of_bounds_is_refused(name: str, value: Any) -> None:
    """A value outside its bounds is refused with the bounds."""
    with pytest.raises(ConfigError, match=f"FANFARE_{name.upper()}: .* is outside"):
        load({}, **{name: value})


def test_bounds_themselves_are_fine() -> None:
    """The least and the greatest value are allowed."""
    settings = load({}, port=65_535, workers=64, gift_rate=0.0, award_ppm=1_000_000, id_window_s=10)

    assert (65_535, 64, 0.0) == (settings.port, settings.workers, settings.gift_rate)


def test_short_secret_is_refused_without_showing_it() -> None:
    """A secret that is too short is refused; its text is not repeated."""
    with pytest.raises(ConfigError) as caught:
        load({"FANFARE_SECRET": "hunter2"})

    assert str(caught.value).startswith(
        "FANFARE_SECRET: at least 32 characters are needed, it has 7; this makes a good"
    )
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("x" * 40, "repeats or counts"),
        ("abcdefghij" * 4, "repeats or counts"),
        ("ab12" * 8, "repeats or counts"),
        ("abcdefghijklmnopqrstuvwxyz012345", "repeats or counts"),
        ("CHANGE_ME change_me kq83jf82jf92", "still an example's"),
        ("your-secret-goes-here-kq83jf82jf92", "still an example's"),
    ],
)
@pytest.mark.parametrize("name", ["FANFARE_SECRET", "FANFARE_API_KEY"])
def test_trivial_secret_is_refused(name: str, value: str, why: str) -> None:
    """A secret that repeats, counts or was left as an example had it is refused by its name, and not shown."""
    with pytest.raises(ConfigError, match=f"^{name}: .*{why}") as caught:
        load({name: value})

    assert value not in str(caught.value)


def test_secrets_are_two() -> None:
    """One secret for both purposes is refused, wherever each of them comes from."""
    with pytest.raises(ConfigError, match="are the same"):
        load({"FANFARE_SECRET": SECRET, "FANFARE_API_KEY": SECRET})


def test_kept_secrets_are_looked_at_too(tmp_path: Path) -> None:
    """What stands in the data folder is as good as what is set, or it is refused."""
    (tmp_path / "secret.txt").write_text(API_KEY)
    with pytest.raises(ConfigError, match="are the same"):
        with_secrets(Settings(demo=True, data=tmp_path, api_key=API_KEY))
    (tmp_path / "secret.txt").write_text("x" * 40)
    with pytest.raises(ConfigError, match="repeats or counts"):
        with_secrets(Settings(demo=True, data=tmp_path))


def test_unknown_deflate_is_refused() -> None:
    """`deflate` is one of its two words."""
    with pytest.raises(ConfigError, match="'zip' is neither 'off' nor 'shared'"):
        load({}, deflate="zip")


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.1;10.0.0.2"])
def test_proxy_that_is_no_network_is_refused(text: str) -> None:
    """A trusted proxy is an address or a network, nothing else; the refusal shows what is wrong."""
    assert 2 == len(load({}, trusted_proxies="10.0.0.1, 2001:db8::/32,").trusted_networks)
    with pytest.raises(ConfigError, match="FANFARE_TRUSTED_PROXIES"):
        load({}, trusted_proxies=text)


def test_origins_are_exact() -> None:
    """Origins are compared in lower case, without a trailing slash, and empty ones do not count."""
    settings = Settings(origins=" https://Example.org/ ,, http://localhost:3000")

    assert frozenset({"https://example.org", "http://localhost:3000"}) == settings.allowed_origins


def test_redacted_shows_no_secret() -> None:
    """Every setting is shown; of the secrets only whether they are set."""
    shown = Settings(secret=SECRET, redis_url="redis://:password@example.org").redacted()

    assert {field.name for field in dataclasses.fields(Settings)} == set(shown)
    assert ("***", "***", "") == (shown["secret"], shown["redis_url"], shown["api_key"])


def test_every_setting_has_a_sentence() -> None:
    """Each setting says what it is, in a sentence."""
    assert [] == [f.name for f in dataclasses.fields(Settings) if not f.metadata["help"].endswith(".")]


def test_production_needs_secrets() -> None:
    """Outside the demo a missing secret is an error that names it."""
    with pytest.raises(ConfigError, match="FANFARE_API_KEY is not set"):
        with_secrets(Settings(secret=SECRET))


def test_demo_makes_and_keeps_its_secrets(tmp_path: Path) -> None:
    """The demo's secrets are made once, differ, are long enough, and only their owner can read them."""
    first = with_secrets(Settings(demo=True, data=tmp_path / "d"))
    second = with_secrets(Settings(demo=True, data=tmp_path / "d"))

    assert first == second
    assert first.secret != first.api_key
    assert min(len(first.secret), len(first.api_key)) >= 32
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "d").iterdir()}
    assert {0o600} == modes


def test_given_secrets_are_not_replaced(tmp_path: Path) -> None:
    """Secrets that are set are used, and nothing is written for them."""
    settings = Settings(
        demo=True,
        data=tmp_path / "d",
        secret=SECRET,
        api_key=API_KEY,
        demo_webhook_secret="a third secret, long enough too",
    )

    assert settings == with_secrets(settings)
    assert not (tmp_path / "d").exists()


def test_an_empty_kept_secret_is_refused(tmp_path: Path) -> None:
    """A secret file that is empty signs nothing: it is named, with what deleting it means."""
    (tmp_path / "secret.txt").touch()

    with pytest.raises(ConfigError, match=r"secret\.txt is empty; delete it for a new one"):
        with_secrets(Settings(demo=True, data=tmp_path))


def test_secrets_that_cannot_be_kept_are_said(tmp_path: Path) -> None:
    """Where the demo's secrets cannot be written, the folder is named with the reason."""
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match=r"the data folder .*file cannot be used: it is not a folder"):
        with_secrets(Settings(demo=True, data=tmp_path / "file"))


@pytest.mark.parametrize(
    ("text", "demo", "refuses"),
    [("", False, True), ("", True, False), ("refuse", True, True), ("continue", False, False)],
)
def test_what_is_done_after_a_loss(text: str, demo: bool, refuses: bool) -> None:
    """Production waits for somebody who accepts it, the demo goes on, and either can be told otherwise."""
    assert refuses == load({"FANFARE_LOST_TAIL": text}, demo=demo).refuses_after_loss


def test_anything_else_after_a_loss_is_refused() -> None:
    """A word that means nothing is not taken for one of the two."""
    with pytest.raises(ConfigError, match="FANFARE_LOST_TAIL: 'ignore' is neither 'refuse' nor 'continue'"):
        load({"FANFARE_LOST_TAIL": "ignore"})
