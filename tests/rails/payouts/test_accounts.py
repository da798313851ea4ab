from __future__ import annotations

import pytest

from app.rails.payouts.accounts import Account, account
from tests.rails.payouts.transfers import IBAN

ANN = {"name": "Ann Ames"}


@pytest.mark.parametrize(
    ("fields", "currency", "found", "masked"),
    [
        ({"iban": "de89 3704 0044 0532 0130 00"}, "EUR", {"iban": IBAN}, "DE•• 3000"),
        ({"iban": "GB33BUKB20201555555555", "bic": "bukbgb22"}, "GBP", None, "GB•• 5555"),
        ({"iban": "BR1800360305000010009795493C1", "bic": "CEFXBRSP"}, "BRL", None, "BR•• 93C1"),
        (
            {"account": "123-456 7890", "bic": "MHCBJPJT"},
            "JPY",
            {"account": "1234567890", "bic": "MHCBJPJT"},
            "MHCBJPJT •• 7890",
        ),
        ({"account": "12345678", "routing": "021000021"}, "USD", None, "US •• 5678"),
    ],
)
def test_accounts(fields: dict[str, str], currency: str, found: dict[str, str] | None, masked: str) -> None:
    """An IBAN, or a number with its bank, is kept without its blanks; its end is shown."""
    one = account({**ANN, **fields}, currency)
    expected = found or {name: value.upper() for name, value in fields.items()}

    assert Account(name="Ann Ames", **expected) == one
    assert masked == one.masked


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "name is expected"),
        ({"name": "山田"}, "name: Latin letters are expected"),
        ({"name": "x" * 71, "iban": IBAN}, "name: at most 70 characters"),
        (ANN, "iban or account is expected, one of them"),
        ({**ANN, "iban": IBAN, "account": "12345678"}, "iban or account is expected, one of them"),
        ({**ANN, "iban": IBAN[:-1] + "1"}, "iban: an IBAN with its right check digits is expected"),
        ({**ANN, "iban": IBAN[:-1]}, "iban: an IBAN with its right check digits is expected"),
        ({**ANN, "iban": "XX00"}, "iban: an IBAN"),
        ({**ANN, "iban": IBAN, "bic": "COBADE"}, "bic: a BIC of 8 or 11 characters is expected"),
        ({**ANN, "iban": "GB33BUKB20201555555555"}, "bic is expected with this iban"),
        ({**ANN, "account": "12345678"}, "bic or routing is expected with account"),
        ({**ANN, "account": "12"}, "account: 4 to 34 letters and digits are expected"),
        ({**ANN, "account": "1234567ä"}, "account: 4 to 34 letters and digits are expected"),
        (
            {**ANN, "account": "12345678", "routing": "021000022"},
            "routing: a US routing number of 9 digits is expected",
        ),
        ({**ANN, "email": "a@b.c"}, "email is no field of an account; account, bic, iban, name, routing are"),
    ],
)
def test_bad_accounts(fields: dict[str, str], said: str) -> None:
    """What is wrong is said with the field and what is expected."""
    with pytest.raises(ValueError, match=said):
        account(fields, "GBP" if fields.get("iban", "").startswith("GB") else "EUR")


def test_an_iban_alone_is_enough_within_the_sepa() -> None:
    """Euros reach an IBAN of the SEPA without a BIC; other currencies and countries need one."""
    german = account({**ANN, "iban": IBAN, "bic": "COBADEFFXXX"}, "USD")

    assert (True, False) == (german.is_sepa("EUR"), german.is_sepa("USD"))
    with pytest.raises(ValueError, match="bic is expected"):
        account({**ANN, "iban": IBAN}, "USD")
