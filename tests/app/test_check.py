"""What `hotline check` says of settings before anybody depends on them."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from acd import cli
from acd.app import check
from acd.asterisk.assets import assets
from cti.directory import DirectoryFault
from ivr.telephone_audio import RATE, write_wav

BANK = assets("examples") / "bank"
ALONE = "agents.hao.skills.golf: no lane, language, step or reserve asks for golf; one agent has it"


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A copy of the example bank, to be edited."""
    return shutil.copytree(BANK, tmp_path / "bank") / "hotline.yaml"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def answer(file: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = check.run(file, as_json=True)
    printed = capsys.readouterr()
    assert printed.err == ""
    return code, json.loads(printed.out)


def test_the_example_bank_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(BANK / "hotline.yaml") == check.CLEAN
    assert "4 lanes, 10 agents, 6 customers" in capsys.readouterr().out


def test_the_settings_may_be_named_with_or_without_an_option(
    bank: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ([str(bank)], ["--config", str(bank)]):
        monkeypatch.setattr(sys, "argv", ["hotline", "check", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == check.CLEAN
        assert str(bank) in capsys.readouterr().out


def test_what_is_odd_is_told_with_its_place_and_what_to_do(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(bank, "{mortgages: 4, cards: 2, general: 2, mandarin: 5}", "{mortgages: 4, cards: 2, golf: 3, mandarin: 5}")

    assert check.run(bank) == check.WARNINGS
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"warning: {bank}:")
    assert lines[0].endswith(f": {ALONE}; use it or take it out")
    assert "1 warning, 4 lanes" in lines[1]


def test_a_fault_of_the_customer_file_is_found_before_the_hotline_starts(bank: Path) -> None:
    with (bank.parent / "customers.csv").open("a", encoding="utf-8") as customers:
        customers.write("+8613800000007,Lee,Platinum,en\n")

    with pytest.raises(DirectoryFault, match=r'customers.csv:8: tier "Platinum": .* write platinum'):
        check.run(bank)


def test_a_manager_who_is_no_agent_any_more_is_a_warning_as_people_leave(
    bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (bank.parent / "customers.csv").open("a", encoding="utf-8") as customers:
        customers.write("+8613800000007,Lee,platinum,en,lin,\n+8613800000008,May,platinum,en,lin,\n")

    code, found = answer(bank, capsys)
    assert code == check.WARNINGS
    (told,) = found["faults"]
    assert (told["file"], told["line"]) == (str(bank.parent / "customers.csv"), 8)
    assert told["message"] == "lin is the manager of 2 customers and not an agent; they are kept for nobody"
    assert check.run(bank) == check.WARNINGS
    assert "1 warning, 4 lanes, 10 agents, 8 customers" in capsys.readouterr().out


def test_a_tier_that_no_customer_has_is_a_warning_where_it_stands(
    bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(bank, "customer_tier: platinum", "customer_tier: platinm")
    edit(bank, "customers: customers.csv", "customers: customers.csv\ntiers: [gold, silver]")
    code, found = answer(bank, capsys)

    assert code == check.WARNINGS
    assert [(told["path"], told["message"]) for told in found["faults"]] == [
        (
            "vip.platinum.recognised_by.customer_tier",
            "no customer in customers.csv has the tier platinm (did you mean platinum?); the tiers there are gold, "
            "platinum",
        ),
        (
            "tiers[1]",
            "no customer in customers.csv has the tier silver; the tiers there are gold, platinum",
        ),
    ]
    line = bank.read_text(encoding="utf-8").splitlines()[found["faults"][0]["line"] - 1]
    assert line[found["faults"][0]["column"] - 1 :].startswith("platinm")


def test_agents_who_are_taken_to_be_always_there_are_named_and_are_no_warning(
    bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bank.write_text(bank.read_text(encoding="utf-8") + 'shifts: {anna: ["mon-fri 09:00-18:00"]}\n', encoding="utf-8")

    assert check.run(bank) == check.CLEAN
    note = "note: agents without shifts count as always there: ben, chen, dora, emma, frank, grace, hao, ivy, jin"
    assert note in capsys.readouterr().out.splitlines()


def test_machines_get_counts_of_clean_settings(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = answer(BANK / "hotline.yaml", capsys)

    assert code == check.CLEAN
    assert len(found.pop("version")) == 12
    counts = {"lanes": 4, "agents": 10, "customers": 6}
    assert found == {"file": str(BANK / "hotline.yaml"), "faults": [], "notes": [], **counts}


def test_machines_get_warnings_with_their_places(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(bank, "{mortgages: 4, cards: 2, general: 2, mandarin: 5}", "{mortgages: 4, cards: 2, golf: 3, mandarin: 5}")
    code, found = answer(bank, capsys)

    assert code == check.WARNINGS
    (fault,) = found["faults"]
    line = bank.read_text(encoding="utf-8").splitlines()[fault["line"] - 1]
    assert line[fault["column"] - 1 :].startswith("3")
    assert (fault["severity"], fault["path"]) == ("warning", "agents.hao.skills.golf")


def test_machines_get_errors_and_no_counts_of_settings_that_are_refused(
    bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(bank, "default_lane: general", "default_lane: generel")
    code, found = answer(bank, capsys)

    assert code == check.ERRORS
    assert [(fault["severity"], fault["path"]) for fault in found["faults"]] == [("error", "default_lane")]
    assert (found["version"], found["lanes"], found["customers"]) == (None, None, None)


def test_machines_get_a_fault_of_the_customer_file_at_its_line(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    customers = bank.parent / "customers.csv"
    customers.write_text("name,number\n", encoding="utf-8")
    code, found = answer(bank, capsys)

    assert code == check.ERRORS
    (fault,) = found["faults"]
    assert (fault["file"], fault["line"], fault["severity"]) == (str(customers), 1, "error")
    assert fault["message"].startswith("the first line must be")


def recorded(bank: Path, name: str, sample: float | None) -> Path:
    """A recording of a second, as loud as its samples; None: an empty file."""
    file = bank.parent / "prompts" / "en" / f"{name}.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    if sample is None:
        file.touch()
    else:
        write_wav(file, [sample, -sample] * (RATE // 2))
    return file


def test_every_recording_that_a_reload_would_refuse_is_an_error(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    silent, empty = recorded(bank, "all_busy", 0.0), recorded(bank, "technical_problem", None)
    recorded(bank, "no-prompt-of-this-name", 0.0)

    assert check.run(bank) == check.ERRORS
    assert sorted(capsys.readouterr().err.splitlines()) == [
        f"hotline: {silent}: cannot be used as a prompt: nothing can be heard in it",
        f"hotline: {empty}: cannot be used as a prompt: not a WAV file with plain samples (it ends too soon)",
    ]
    code, found = answer(bank, capsys)
    assert (code, found["version"]) == (check.ERRORS, None)
    assert {(told["severity"], told["file"]) for told in found["faults"]} == {
        ("error", str(silent)),
        ("error", str(empty)),
    }


def test_a_recording_that_callers_hardly_understand_is_a_warning(
    bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = recorded(bank, "all_busy", 0.01)
    recorded(bank, "technical_problem", 0.2)

    assert check.run(bank) == check.WARNINGS
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"warning: {quiet}: too quiet; record it again"
    assert "1 warning, 4 lanes" in lines[1]
    code, found = answer(bank, capsys)
    assert code == check.WARNINGS
    assert [(told["severity"], told["file"]) for told in found["faults"]] == [("warning", str(quiet))]


def test_a_fault_of_the_customers_hides_none_of_the_recordings(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recorded(bank, "all_busy", 0.0)
    (bank.parent / "customers.csv").write_text("name,number\n", encoding="utf-8")
    code, found = answer(bank, capsys)

    assert code == check.ERRORS
    assert sorted(Path(told["file"]).name for told in found["faults"]) == ["all_busy.wav", "customers.csv"]
