"""Figures in an operator's texts are read as people read them, not as a voice left to itself would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.line import Prompt
from ivr.prompt_names import PromptText
from ivr.spoken.reading import read_out


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("欢迎致电示例银行。", "欢迎致电示例银行。"),
        ("营业时间为9:00-17:30。", "营业时间为上午九点到下午五点半。"),
        ("下午2:30开始", "下午两点半开始"),
        ("下午14:30", "下午两点半"),
        ("晚上8：05", "晚上八点零五分"),
        ("年费300元，首年免年费", "年费三百元，首年免年费"),
        ("¥12.50", "十二元五角"),
        ("12.50元", "十二元五角"),
        ("手续费2元", "手续费两元"),
        ("1,000元", "一千元"),
        ("100000元", "十万元"),
        ("5万元以上", "五万元以上"),
        ("2.5万元", "二点五万元"),
        ("年利率3.5%", "年利率百分之三点五"),
        ("请拨打95555", "请拨打九五五五五"),
        ("客服热线是12315。", "客服热线是幺二三幺五。"),
        ("请致电400-888-5555。", "请致电四零零，八八八，五五五五。"),
        ("尾号1234的卡", "尾号幺二三四的卡"),
        ("021-55555555", "零二幺，五五五五五五五五"),
        ("2026年2月2日", "二零二六年二月二日"),
        ("12月31日", "十二月三十一日"),
        ("2年", "两年"),
        ("等待2-3分钟", "等待两到三分钟"),
        ("２个", "两个"),
        ("第2位", "第二位"),
        ("102个", "一百零二个"),
        ("10000个", "一万个"),
        ("按2", "按二"),
        ("您有2笔2元的交易", "您有两笔两元的交易"),
        ("1,234,567", "一百二十三万四千五百六十七"),
        ("3G网络", "3G网络"),
        ("版本1.2.3", "版本1.2.3"),
    ],
)
def test_chinese_texts(written: str, read: str) -> None:
    assert read_out(written, "zh") == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Welcome.", "Welcome."),
        ("Open 9:00-17:30.", "Open nine A.M. to five thirty P.M."),
        ("until 9:30 p.m. today", "until nine thirty P.M. today"),
        ("at 9:30 am", "at nine thirty A.M."),
        ("at 12:00.", "at twelve noon."),
        ("12:30 AM", "twelve thirty A.M."),
        ("¥12.50", "twelve yuan and fifty fen"),
        ("300 yuan a year", "three hundred yuan a year"),
        ("It costs 300.", "It costs three hundred."),
        ("3.5%", "three point five percent"),
        ("call 95555", "call nine five five five five"),
        ("Dial 400-888-5555.", "Dial four zero zero, eight eight eight, five five five five."),
        ("+86 21 5555 5555", "eight six, two one, five five five five, five five five five"),
        ("the card ending in 1234", "the card ending in one two three four"),
        ("1,000 points", "one thousand points"),
        ("2-3 days", "two to three days"),
        ("press 1", "press one"),
        ("the 1st of 24h and 3G", "the 1st of 24h and 3G"),
        ("version 1.2.3", "version 1.2.3"),
    ],
)
def test_english_texts(written: str, read: str) -> None:
    assert read_out(written, "en") == read


def test_other_languages_are_left_to_their_voice() -> None:
    assert read_out("um 9:30 Uhr", "") == "um 9:30 Uhr"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("年化-1.5%", "年化负百分之一点五"),
        ("-200元", "负两百元"),
        ("余额为-¥200", "余额为负两百元"),
        ("¥-200", "负两百元"),
        ("亏损-5万元", "亏损负五万元"),
        ("温度-5度", "温度负五度"),
        ("当前为 -5", "当前为 负五"),
        ("涨幅+1.5%", "涨幅正百分之一点五"),
        ("－５％", "负百分之五"),
    ],
)
def test_a_sign_is_said(written: str, read: str) -> None:
    assert read_out(written, "zh") == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("8:00-24:00", "上午八点到晚上十二点"),
        ("上午9:00-下午5:30", "上午九点到下午五点半"),
        ("1000-2000元", "一千元到两千元"),
        ("10000-20000元", "一万元到两万元"),
        ("5元-10元", "五元到十元"),
        ("20%-30%", "百分之二十到百分之三十"),
        ("1-2%", "百分之一到百分之二"),
        ("¥100-200", "一百元到两百元"),
        ("¥5-8万", "五万元到八万元"),
        ("1.5-2倍", "一点五到两倍"),
        ("2020-2025年", "二零二零年到二零二五年"),
        ("1月-3月", "一月到三月"),
        ("每月1-5日", "每月一到五日"),
        ("第2-3位", "第二到三位"),
        ("按1-9键", "按一到九键"),
        ("下午2点-5点", "下午两点到五点"),
        ("2026-11-27", "二零二六年十一月二十七日"),
    ],
)
def test_a_range_and_a_date_are_said(written: str, read: str) -> None:
    assert read_out(written, "zh") == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("热线-95555", "热线-九五五五五"),
        ("分行-2个", "分行-两个"),
        ("费用五元-10元", "费用五元-十元"),
        ("A-1", "A-一"),
        ("1-2-3", "一-二-三"),
        ("周一-周五", "周一-周五"),
        ("021-55555555", "零二幺，五五五五五五五五"),
    ],
)
def test_a_dash_that_is_neither_is_left_alone(written: str, read: str) -> None:
    assert read_out(written, "zh") == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("下午2点", "下午两点"),
        ("有2点建议", "有两点建议"),
        ("第2点", "第二点"),
        ("24:00", "晚上十二点"),
        ("¥5万", "五万元"),
        ("1234567890元", "十二亿三千四百五十六万七千八百九十元"),
        ("100001000元", "一亿零一千元"),
    ],
)
def test_hours_and_large_amounts(written: str, read: str) -> None:
    assert read_out(written, "zh") == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a balance of -200 yuan", "a balance of minus two hundred yuan"),
        ("-1.5% a year", "minus one point five percent a year"),
        ("(-¥200)", "(minus two hundred yuan)"),
        ("¥-200", "minus two hundred yuan"),
        ("from -5 to 5", "from minus five to five"),
        ("+1.5%", "plus one point five percent"),
        ("8:00-24:00", "eight A.M. to twelve midnight"),
        ("9:00 a.m.-5:00 p.m.", "nine A.M. to five P.M."),
        ("1000-2000 yuan", "one thousand yuan to two thousand yuan"),
        ("20%-30%", "twenty percent to thirty percent"),
        ("1-2%", "one percent to two percent"),
        ("¥100-200", "one hundred yuan to two hundred yuan"),
        ("2020-2025", "two thousand twenty to two thousand twenty five"),
        ("on 2026-11-27.", "on November twenty seven, two thousand twenty six."),
        ("1-2-3", "one-two-three"),
        ("-95555", "-nine five five five five"),
        ("2000000000 yuan", "two billion yuan"),
    ],
)
def test_signs_and_ranges_in_english(written: str, read: str) -> None:
    assert read_out(written, "en") == read


@given(
    st.text("0123456789,.:：-−~¥%+/ 元年月日点个第百万度上午下午拨打尾号yuanAPMcalldi１２－", max_size=40),
    st.sampled_from(["zh", "en"]),
)
def test_no_text_of_an_operator_breaks_the_reading(text: str, family: str) -> None:
    once = read_out(text, family)

    assert bool(once.strip()) or not text.strip(" -−~+－")
    assert read_out(once, family) == once, "what was read once has nothing left to be read"
    assert len(once) <= 12 * len(text)


@given(st.integers(0, 999), st.integers(0, 99), st.sampled_from(["zh", "en"]))
def test_no_figure_of_an_amount_is_left(yuan: int, fen: int, family: str) -> None:
    for written in (f"¥{yuan}.{fen:02}", f"{yuan}.{fen:02}" + (" yuan" if family == "en" else "元")):
        assert not any(character.isdigit() for character in read_out(written, family))


def test_the_voice_is_given_words() -> None:
    assert PromptText(Prompt("zh", "x"), "年费300元", "cmn", "x").spoken == "年费三百元"
    assert PromptText(Prompt("en", "x"), "9:30", "en-us", "x").spoken == "nine thirty A.M."
    assert PromptText(Prompt("de", "x"), "9:30", "de", "x").spoken == "9:30"
