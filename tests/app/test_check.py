"""What `hotline check` says of settings before anybody depends on them."""

import shutil
from pathlib import Path

import pytest

from acd.app import check
from acd.asterisk.assets import assets
from cti.directory import DirectoryFault

BANK = assets("examples") / "bank"


def test_the_example_bank_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(BANK / "hotline.yaml") == check.CLEAN
    assert "4 lanes, 10 agents, 5 customers" in capsys.readouterr().out


def test_a_fault_of_the_customer_file_is_found_before_the_hotline_starts(tmp_path: Path) -> None:
    bank = shutil.copytree(BANK, tmp_path / "bank")
    with (bank / "customers.csv").open("a", encoding="utf-8") as customers:
        customers.write("+8613800000006,Lee,Platinum,en\n")

    with pytest.raises(DirectoryFault, match=r"customers.csv:7: a tier has"):
        check.run(bank / "hotline.yaml")
