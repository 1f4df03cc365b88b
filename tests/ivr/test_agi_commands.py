"""A command is one line of plain words, or it is not sent."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.agi_commands import (
    KEYS,
    LONGEST_COMMAND,
    MOST_TONES,
    Command,
    Verb,
    get_variable,
    play_tones,
    quote,
    record,
    set_variable,
    stop_tones,
    stream_file,
    wait_for_digit,
)
from ivr.agi_errors import UnsafeCommand
from ivr.line import Tone, Tones


def test_commands_read_as_asterisk_expects_them() -> None:
    assert stream_file("hotline/zh/main-1-greeting", "12").encode() == (
        b'STREAM FILE "hotline/zh/main-1-greeting" "12"\n'
    )
    assert stream_file("hotline/zh/announcement-all_busy", "").encode().endswith(b' ""\n')
    assert wait_for_digit(5_000).encode() == b'WAIT FOR DIGIT "5000"\n'
    assert set_variable("HL_LANE", "cards").encode() == b'SET VARIABLE "HL_LANE" "cards"\n'
    assert set_variable("TIMEOUT(absolute)", "9").encode() == b'SET VARIABLE "TIMEOUT(absolute)" "9"\n'
    assert get_variable("HL_NUMBER").encode() == b'GET VARIABLE "HL_NUMBER"\n'


@pytest.mark.parametrize(
    "name",
    ["", "HL_", "HL_" + "A" * 31, "hl_lane", "HL_LANE\n", "SHELL(ls)", "TIMEOUT(response)", "PIN", "HL_LANE)", "HL_Ä"],
)
def test_only_our_own_variables_are_touched(name: str) -> None:
    with pytest.raises(UnsafeCommand):
        set_variable(name, "1")
    with pytest.raises(UnsafeCommand):
        get_variable(name)


@pytest.mark.parametrize("value", ["a b", "a\nHANGUP", "${SHELL(ls)}", '"', "\\", "\x00", "银行卡", "x" * 65, "a,b"])
def test_a_value_that_is_not_plain_is_refused(value: str) -> None:
    with pytest.raises(UnsafeCommand):
        set_variable("HL_LANE", value)


@pytest.mark.parametrize("prompt", ["", "/etc/passwd", "../x", "hotline/../x", "a b", "a\n", "a&b", "Ä", "a" * 97])
def test_a_prompt_outside_the_allow_list_is_refused(prompt: str) -> None:
    with pytest.raises(UnsafeCommand):
        stream_file(prompt, KEYS)


@pytest.mark.parametrize("keys", ["A", "1 2", "1\n", '"', "١"])
def test_only_keys_of_a_telephone_interrupt(keys: str) -> None:
    with pytest.raises(UnsafeCommand):
        stream_file("hotline/en/welcome", keys)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HL_CUSTOMER", "47a1"),
        ("HL_CUSTOMER", "1" * 21),
        ("HL_MUSIC", "advert/summer"),
        ("HL_MUSIC", ""),
        ("HL_MENU", "main=1,cards=2"),
    ],
)
def test_some_variables_hold_less_than_others(name: str, value: str) -> None:
    with pytest.raises(UnsafeCommand):
        set_variable(name, value)


def test_the_longest_names_of_an_advert_and_a_language_name_its_music() -> None:
    assert set_variable("HL_MUSIC", f"advert-{'a' * 32}-{'z' * 32}").encode()


def test_tones_sound_once_one_after_the_other() -> None:
    tones = (Tone(697, 1209, 70), Tone(0, 0, 30), Tone(1_000, 0, 300))
    assert play_tones(tones).encode() == b'EXEC Playtones "!697+1209/70,!0/30,!1000/300"\n'
    assert stop_tones().encode() == b"EXEC StopPlaytones\n"


def test_the_longest_row_of_tones_still_fits_into_one_command() -> None:
    assert play_tones((Tone(1_477, 1_633, 10_000),) * MOST_TONES).encode()


@pytest.mark.parametrize(
    "tones",
    [(), (Tone(697, 1_209, 70),) * (MOST_TONES + 1), (Tone(20, 1_209, 70),), (Tone(697, 9_999, 70),), (Tone(0, 0, 0),)],
)
def test_tones_that_are_none_are_refused(tones: Tones) -> None:
    with pytest.raises(UnsafeCommand):
        play_tones(tones)


def test_a_recording_ends_by_itself_and_by_any_key_and_survives_a_hang_up() -> None:
    assert record("/spool/hotline-comments/hotline-1.2.wav", 4_000, 60_000).encode() == (
        b'EXEC Record "/spool/hotline-comments/hotline-1.2.wav,4,60,kqy"\n'
    )


@pytest.mark.parametrize(
    ("file", "silence", "at_most"),
    [
        ("comments/1.wav", 4_000, 60_000),
        ("/spool/../etc/1.wav", 4_000, 60_000),
        ("/spool/1.wav,0,0", 4_000, 60_000),
        ("/spool/${SHELL(ls)}.wav", 4_000, 60_000),
        ("/spool/1.gsm", 4_000, 60_000),
        ("/spool/1.wav", 0, 60_000),
        ("/spool/1.wav", 4_000, 3_600_000),
    ],
)
def test_nothing_else_is_recorded_and_nobody_without_an_end(file: str, silence: int, at_most: int) -> None:
    with pytest.raises(UnsafeCommand):
        record(file, silence, at_most)


def test_how_a_recording_ended_is_read_and_never_written() -> None:
    assert get_variable("RECORD_STATUS").encode() == b'GET VARIABLE "RECORD_STATUS"\n'
    with pytest.raises(UnsafeCommand):
        set_variable("RECORD_STATUS", "OK")


@pytest.mark.parametrize("wait", [-1, 60_001])
def test_no_wait_is_endless(wait: int) -> None:
    with pytest.raises(UnsafeCommand):
        wait_for_digit(wait)


def test_a_long_command_is_refused() -> None:
    with pytest.raises(UnsafeCommand):
        Command(Verb.STREAM_FILE, ("x" * LONGEST_COMMAND,)).encode()


@given(st.text())
def test_a_quoted_argument_is_one_word_to_asterisk_or_refused(argument: str) -> None:
    try:
        encoded = Command(Verb.GET_VARIABLE, (argument,)).encode().decode()
    except UnsafeCommand:
        return
    assert encoded.count("\n") == 1
    assert words(encoded.removesuffix("\n")) == ["GET", "VARIABLE", argument]


@given(st.text(alphabet='\\" ab'))
def test_quotes_and_backslashes_come_back_as_they_were(argument: str) -> None:
    assert words(quote(argument)) == [argument]


def words(line: str) -> list[str]:
    """The words of a line as Asterisk's res_agi splits it: quotes group, a backslash takes the next character."""
    found: list[str] = []
    word, inside, started = "", False, False
    for escaped, character in re.findall(r"(\\?)(.)", line, re.DOTALL):
        if escaped:
            word, started = word + character, True
        elif character == '"':
            inside, started = not inside, True
        elif character in " \t" and not inside:
            if started:
                found.append(word)
            word, started = "", False
        else:
            word, started = word + character, True
    return [*found, word] if started else found
