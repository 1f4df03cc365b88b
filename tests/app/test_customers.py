"""The customers as a running hotline knows them: with the agents of its settings, and by its own calendar day."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from acd.app.customers import customer_warnings, directory_of
from acd.asterisk.assets import assets
from acd.config import load

NUMBER = "+8613900000001"


def bank_with(folder: Path, row: str, zone: str = "Asia/Shanghai") -> Path:
    """A copy of the example bank with one more customer."""
    bank = shutil.copytree(assets("examples") / "bank", folder / "bank")
    with (bank / "customers.csv").open("a", encoding="utf-8") as customers:
        customers.write(f"{NUMBER},Lee,platinum,en,{row}\n")
    settings = bank / "hotline.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("Asia/Shanghai", zone), encoding="utf-8")
    return settings


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC"])
def test_a_manager_is_a_customers_own_until_his_last_day_is_over(tmp_path: Path, zone: str) -> None:
    today = datetime.now(UTC).date()
    for folder, days, named in (("past", -3, None), ("ahead", 3, "ivy")):
        until = today + timedelta(days=days)
        customer = directory_of(load(bank_with(tmp_path / folder, f"ivy,{until}", zone))).find(NUMBER)
        assert customer is not None
        assert customer.manager == named


def test_customers_of_a_manager_who_has_left_are_nobodys_and_all_others_are_known(tmp_path: Path) -> None:
    directory = directory_of(load(bank_with(tmp_path, "lin,")))

    customer = directory.find(NUMBER)
    assert customer is not None
    assert (customer.name, customer.tier, customer.manager) == ("Lee", "platinum", None)
    assert len(directory) == 7
    assert [warning.line for warning in directory.warnings] == [8]


def test_a_warning_about_settings_that_were_spoilt_meanwhile_is_still_told(tmp_path: Path) -> None:
    settings = bank_with(tmp_path, "ivy,")
    settings.write_text(settings.read_text(encoding="utf-8").replace("_tier: platinum", "_tier: silver"), "utf-8")
    config = load(settings)
    settings.write_text("{", "utf-8")

    (told,) = customer_warnings(settings, config, directory_of(config))
    assert (told.line, told.column) == (1, 1)
    assert "has the tier silver" in told.message
