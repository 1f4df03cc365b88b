"""`hotline ivr try`: the menus without a telephone."""

import io
from pathlib import Path

import pytest

from acd.app import ivr_try
from acd.config import ConfigRefused
from tests.ivr.fake_line import bank_text

MENUS = """\
  main:
    - {step: language, say: {zh: 中文请按一。, en: "English, press two."}, keys: {"1": zh, "2": en}}
    - step: menu
      say: {zh: 银行卡请按一。, en: "Cards, press one."}
      keys: {"1": cards, "2": menu balance, "3": menu opinion, "4": say closed}
    - {step: advert_offer, advert: summer, say: {zh: 听一听？, en: Offers?}}
  balance:
    - {step: collect, say: {zh: 请输入。, en: Your number.}, at_least: 4, at_most: 8, confirm: true}
    - {step: pin, say: {zh: 请输入密码。, en: Your PIN.}, verified: wealth, otherwise: person}
  opinion:
    - {step: survey, survey: service}
    - {step: message}
"""
MORE = """\
pin: {}
adverts: {summer: {spots: [{zh: 利率优惠。, en: Our rates.}]}}
surveys:
  service:
    questions: [{say: {zh: 服务如何？, en: How were we?}}]
    comment: {zh: 请留言。, en: Please comment.}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "hotline.yaml"
    file.write_text(bank_text(MENUS, MORE), encoding="utf-8")
    return file


async def tried(
    settings: Path,
    typed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str | None = None,
) -> list[str]:
    """The lines on the terminal of somebody who typed this."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    await ivr_try.run(settings, None, "13812345678", language)
    return capsys.readouterr().out.splitlines()


async def test_prompts_are_read_keys_are_typed_and_the_way_is_told(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await tried(settings, "2\n1\n1\n", monkeypatch, capsys)

    assert lines[2:8] == [
        "zh  中文请按一。",
        "en  English, press two.",
        "> 2",
        "en  Cards, press one.",
        "> 1",
        "en  Offers?",
    ]
    assert "  way       waits in the lane cards" in lines
    assert "  language  en (English)" in lines
    assert "  advert    accepted, hears summer" in lines


async def test_enter_alone_is_silence_and_silence_reaches_a_person(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await tried(settings, "\n" * 8, monkeypatch, capsys)

    assert "  way       waits in the lane general" in lines
    assert lines.count("en  Cards, press one.") == 3


async def test_a_pin_is_not_shown_and_not_checked(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await tried(settings, "224711#1\n271828#\n", monkeypatch, capsys)

    assert "  customer  4711, verified" in lines
    assert "  way       waits in the lane wealth" in lines
    assert "> (not shown)" in lines
    assert not any("271828" in line for line in lines)


async def test_the_wrong_pin_is_wrong(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await tried(settings, "224711#1\n" + "0000#\n" * 3, monkeypatch, capsys)

    assert "  customer  4711, not verified" in lines
    assert "  way       waits in the lane general" in lines


async def test_a_survey_and_a_message(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await tried(settings, "3\n5\n", monkeypatch, capsys, language="zh")
    assert "zh  中文请按一。" in lines

    lines = await tried(settings, "1\n3\n5\n", monkeypatch, capsys)
    assert "    (the caller speaks; kept in hotline-comments)" in lines
    assert "  way       message, for the lane general" in lines


async def test_the_menus_of_another_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hotline.yaml"
    hours = "    - {step: hours, calendar: office, open: wealth, closed: cards}\n"
    office = 'calendars: {office: {open: ["mon-fri 09:00-18:00"]}}\n'
    file.write_text(bank_text("  main:\n" + hours, office), encoding="utf-8")
    for at, lane in (("2026-12-01 10:00", "wealth"), ("2026-12-01 19:00", "cards"), ("2026-12-05 10:00", "cards")):
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        await ivr_try.run(file, None, "13812345678", None, at)
        assert f"  way       waits in the lane {lane}" in capsys.readouterr().out.splitlines()

    with pytest.raises(ivr_try.TimeRefused, match='"ten" is no time; write 10:00, or 2026-12-24 10:00'):
        await ivr_try.run(file, None, "13812345678", None, "ten")


async def test_the_end_of_the_call_and_a_hang_up(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await tried(settings, "24\n", monkeypatch, capsys)
    assert "en  We are closed." in lines
    assert "  way       the call ends; the menu has told him all" in lines

    assert (await tried(settings, "2\n", monkeypatch, capsys))[-1] == "• the caller hung up in the menu"


async def test_a_number_or_language_that_is_none_is_refused_in_one_line(settings: Path) -> None:
    with pytest.raises(ConfigRefused, match='nobody can dial "110"; known are 95555'):
        await ivr_try.run(settings, "110", "", None)
    with pytest.raises(ConfigRefused, match='there is no language "fr"'):
        await ivr_try.run(settings, None, "", "fr")
