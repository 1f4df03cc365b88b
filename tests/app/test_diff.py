"""`hotline diff` tells an operator, and a script, what an edit changes before it comes into force."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from acd import cli
from acd.app import diff
from acd.asterisk.assets import assets

BANK = assets("examples") / "bank"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The example bank, and a copy of it to be edited."""
    folder = shutil.copytree(BANK, tmp_path / "bank")
    return folder / "hotline.yaml", Path(shutil.copy(folder / "hotline.yaml", folder / "new.yaml"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_same_settings_have_no_differences(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert diff.run(*files) == diff.SAME
    assert capsys.readouterr().out.splitlines()[1:] == ["nothing that routing sees changes"]


def test_other_words_are_a_difference_that_routing_does_not_see(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    edit(files[1], "en: Cards}", "en: Your cards}")

    assert diff.run(*files) == diff.DIFFERENT
    assert capsys.readouterr().out.splitlines()[1:] == [
        "nothing that routing sees changes",
        "",
        "lane cards",
        "  name: zh 银行卡, en Your cards instead of zh 银行卡, en Cards",
    ]


def test_who_may_serve_a_lane_from_when_on_is_told_by_name(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    edit(files[1], "    needs: wealth >= 3\n", "    needs: wealth >= 3 or general >= 3\n")

    assert diff.run(*files) == diff.DIFFERENT
    assert capsys.readouterr().out.splitlines()[1:8] == [
        "",
        "lane wealth",
        "  needs: `wealth >= 3 or general >= 3` instead of `wealth >= 3`",
        "  agents: other agents may serve it",
        "    in zh: gains 4 (Anna, Ben, Frank, 葛蕾)",
        "    in zh after 30s: the same agents as before",
        "    in en: gains 4 (Anna, Ben, Frank, 葛蕾)",
    ]


def test_of_many_agents_ten_are_named(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    more = "".join(
        f"  a{at:02}: {{name: A{at:02}, phone: a{at:02}, skills: {{cards: 5, english: 5}}}}\n" for at in range(13)
    )
    edit(files[1], "\nagents:\n", f"\nagents:\n{more}")

    diff.run(*files)
    names = ", ".join(f"A{at:02}" for at in range(10))
    assert f"    in en: gains 13 ({names} and 3 more)" in capsys.readouterr().out.splitlines()


def test_what_a_running_hotline_cannot_take_over_is_said(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    edit(files[1], "limits: {calls: 200}", "limits: {calls: 300}")
    edit(files[1], '  "4008885555": {menu: main}\n', '  "4008885555": {menu: main}\n  "95599": {menu: main}\n')

    diff.run(*files)
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "",
        "only after the core is started again: limits",
        "also in Asterisk's files: numbers",
    ]


def test_nothing_is_coloured_where_nobody_looks_on(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    edit(files[1], "lunch: 45m", "coffee: 5m")

    diff.run(*files)
    assert "\x1b" not in capsys.readouterr().out


def test_the_faults_of_both_files_are_told_when_both_are_refused(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    edit(files[0], "default_lane: general", "default_lane: generel")
    edit(files[1], "default_language: zh", "default_language: xx")

    assert diff.run(*files) == diff.REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split(":")[1].strip() for line in told.err.splitlines()] == [str(file) for file in files]

    assert diff.run(*files, as_json=True) == diff.REFUSED
    told = capsys.readouterr()
    assert [fault["path"] for fault in json.loads(told.out)["faults"]] == ["default_lane", "default_language"]


def test_machines_get_the_same_facts(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    edit(files[1], "needs: cards >= 3", "needs: cards >= 2")

    assert diff.run(*files, as_json=True) == diff.DIFFERENT
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["old"]["file"] == str(files[0])
    assert found["old"]["version"] != found["new"]["version"]
    assert found["routing_changes"] is True
    needs, agents = found["differences"]
    assert (needs["about"], needs["what"], needs["old"], needs["new"]) == (
        "lane cards",
        "needs",
        "cards >= 3",
        "cards >= 2",
    )
    moved = {"whom": "in zh", "gains": ["hao"], "gains_count": 1, "loses": [], "loses_count": 0}
    assert agents["movements"][0] == moved


def test_customers_who_change_are_counted_and_not_named(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    other = files[1].with_name("others.csv")
    text = files[1].with_name("customers.csv").read_text(encoding="utf-8")
    text = text.replace("李伟,gold", "李伟,platinum").replace(",ivy,2030-12-31", ",,").replace("张敏,,zh", "张敏,,en")
    other.write_text(text + "+8613800000007,Lee,gold,en,,\n+8613800000008,May,gold,en,,\n", encoding="utf-8")
    edit(files[1], "customers: customers.csv", "customers: others.csv")

    assert diff.run(*files) == diff.DIFFERENT
    assert capsys.readouterr().out.splitlines()[-5:] == [
        "customer directory",
        "  2 customers are new",
        "  tier: 1 customer has another one",
        "  manager: 1 customer has another one; 1 of them has none any more",
        "  language: 1 customer has another one",
    ]


def test_customers_of_an_agent_who_goes_lose_their_manager(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    jin = "  jin: {name: 金磊, phone: jin, skills: {wealth: 5, general: 1, mandarin: 5}, grade: 2}\n"
    edit(files[1], jin, "")

    assert diff.run(*files) == diff.DIFFERENT
    told = capsys.readouterr().out.splitlines()
    assert "  manager: 1 customer has another one; 1 of them has none any more" in told


def test_customers_that_cannot_be_read_are_said_not_to_be_compared(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    other = files[1].with_name("others.csv")
    other.write_text("number,name\n", encoding="utf-8")
    edit(files[1], "customers: customers.csv", "customers: others.csv")

    assert diff.run(*files) == diff.DIFFERENT
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"the customers are not compared: {other}:1: the first")
    diff.run(*files, as_json=True)
    assert json.loads(capsys.readouterr().out)["customers_not_compared"].startswith(f"{other}:1: ")


def test_a_script_learns_from_the_exit_code(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    codes = []
    for new in (files[0], files[1], files[1].with_name("none.yaml")):
        if new == files[1]:
            edit(new, "lunch: 45m", "lunch: 30m")
        monkeypatch.setattr(sys, "argv", ["hotline", "diff", str(files[0]), str(new)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        codes.append(ended.value.code)
    assert codes == [0, 1, 2]
