"""The picture of the menus shows every menu, key and end, and nothing in it lies upon anything else."""

import re
import time
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from acd.config import HotlineConfig, load, loads
from acd.core.names import LanguageName
from ivr.drawing import draw
from ivr.drawing.content import Content, Row, content_of
from ivr.drawing.layout import WIDTHS, Layout, laid_out
from ivr.drawing.texts import CUT, cut, width_of, wrapped
from tests.config.everything import EVERYTHING
from tests.config.lost import ASKS, SAYS, with_menus

BANK = Path(__file__).parents[2] / "examples/bank/hotline.yaml"
ZH, EN = LanguageName("zh"), LanguageName("en")
SVG = "{http://www.w3.org/2000/svg}"


def rows_of(content: Content, menu: str) -> list[Row]:
    """The rows of a menu's card."""
    return [row for column in content.menus for box in column if box.title == menu for row in box.rows]


def ways_of(content: Content, menu: str) -> list[tuple[str, str, str]]:
    """Each way of a menu as it is shown: the key, the words, and the box that its line leads to."""
    return [(row.badge, row.text, row.to) for row in rows_of(content, menu) if row.kind == "way"]


@pytest.fixture(scope="module", params=["bank", "everything", "many"])
def config(request: pytest.FixtureRequest) -> HotlineConfig:
    match request.param:
        case "bank":
            return load(BANK)
        case "everything":
            return loads(EVERYTHING)
        case _:
            return loads(MANY)


MANY = with_menus(
    main=[f"{ASKS}, keys: {{{', '.join(f'{chr(34)}{key}{chr(34)}: menu m{key}' for key in range(10))}}}"],
    **{
        f"m{key}": [f'{ASKS}, keys: {{"1": menu m{(key * 3) % 10}, "2": cards, "3": message, "4": menu main}}']
        for key in range(10)
    },
).replace("announcements:\n", "announcements:\n  leave_message: {zh: 请留言。, en: After the tone.}\n")


def test_every_key_of_the_bank_is_shown_with_where_it_leads() -> None:
    content = content_of(load(BANK), EN)

    assert ways_of(content, "main") == [
        ("1", "中文", ""),
        ("2", "English", ""),
        ("1", "Cards", "lane cards"),
        ("2", "Mortgages", "lane mortgages"),
        ("3", "Wealth", "lane wealth"),
        ("4", "card-services", "menu card-services"),
        ("5", "investments", "menu investments"),
        ("0", "Anything else", "lane general"),
        ("no key", "Anything else", "lane general"),
    ]
    assert [box.title for box in content.numbers] == ["95555", "4008885555"]
    assert [row.text for row in rows_of(content_of(load(BANK), ZH), "main") if row.kind == "head"] == [
        "欢迎词",
        "选择语言",
        "按键选择",
    ]


def test_every_kind_of_way_is_told() -> None:
    content = content_of(loads(EVERYTHING), EN)

    assert ways_of(content, "everything") == [
        ("1", "Cards ↓", ""),
        ("2", "desk", "menu desk"),
        ("3", "+862155555555", "number +862155555555"),
        ("4", "closed", "say closed"),
        ("5", "Callback for Anything else", "callback"),
        ("6", "again ↻", ""),
        ("8", "End of the call", "hang-up"),
        ("9", "Message for Anything else", "message"),
        ("*", "next step ↓", ""),
        ("no key", "Anything else", "lane general"),
        ("open", "next step ↓", ""),
        ("closed", "desk", "menu desk"),
        ("tier == platinum and waiting(cards) > 5", "Anything else ↓", ""),
        ("verified", "desk", "menu desk"),
        ("else", "Cards ↓", ""),
        ("", "+862155555555", "number +862155555555"),
    ]
    assert ways_of(content, "farewell") == [("7", "back ↩", ""), ("", "End of the call", "hang-up")]


def test_who_runs_out_of_steps_is_shown_the_lane_that_he_has_chosen() -> None:
    choice = f'{ASKS}, keys: {{"1": cards, "2": menu more}}'
    content = content_of(loads(with_menus(main=[choice, SAYS], more=SAYS)), EN)

    # With a lane chosen by one key and none by silence, it may be either.
    assert ways_of(content, "main")[-1] == ("then", "a person", "person")
    assert ways_of(content, "more") == [("then", "Anything else", "lane general")]


def test_a_menu_that_no_number_leads_to_is_shown_as_such() -> None:
    text = with_menus(main=f'{ASKS}, keys: {{"1": cards}}', island=SAYS)

    assert [(box.title, box.heard) for box in content_of(loads(text), EN).menus[0]] == [
        ("main", True),
        ("island", False),
    ]


def test_a_way_back_to_a_menu_is_told_in_words_and_leads_no_line_backwards(config: HotlineConfig) -> None:
    layout = laid_out(content_of(config, EN))

    assert all(line.target.column == line.source.column + 1 for line in layout.lines)


def test_no_box_lies_upon_another_and_no_line_passes_under_one(config: HotlineConfig) -> None:
    layout = laid_out(content_of(config, EN))

    for column in layout.columns:
        for upper, lower in pairwise(column):
            assert upper.top + upper.height < lower.top
    for left, width, after in zip(layout.left[:-1], layout.widths, layout.left[1:], strict=True):
        assert left + width < after


def test_all_of_it_is_inside_the_picture_and_no_text_leaves_its_box(config: HotlineConfig) -> None:
    content = content_of(config, ZH)
    layout = laid_out(content)

    assert all(item.top > 0 and item.top + item.height < layout.height for column in layout.columns for item in column)
    for row in placed_rows(layout):
        assert all(width_of(line, 13) <= WIDTHS["menu"] for line in row)


def placed_rows(layout: Layout) -> list[list[str]]:
    """The lines of text of every row of every card."""
    return [placed.lines for column in layout.columns for item in column for placed in item.rows]


def test_every_line_ends_where_its_key_leads(config: HotlineConfig) -> None:
    content = content_of(config, EN)
    layout = laid_out(content)
    onward = {line.source.name: line.target for line in layout.lines if line.source.box is None}
    wanted = {
        (box.name, row.to)
        for column in (content.numbers, *content.menus)
        for box in column
        for row in box.rows
        if row.to
    }

    drawn = set()
    for line in layout.lines:
        target = line.target
        while target.box is None:
            target = onward[target.name]
        if line.source.box is not None:
            drawn.add((line.source.name, target.name))
    assert drawn == wanted


@pytest.mark.parametrize("language", [ZH, EN])
def test_the_picture_is_sound_xml_with_its_title_and_the_same_every_time(
    config: HotlineConfig, language: LanguageName
) -> None:
    picture = draw(config, language)
    root = ElementTree.fromstring(picture)

    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title") is not None
    assert draw(config, language) == picture
    assert len(root.findall(f".//{SVG}rect[@class='card']")) == len(config.menus)


def test_what_an_operator_writes_is_text_and_never_a_part_of_the_picture() -> None:
    hostile = '</text><script>alert("&")</script>'
    text = with_menus(main=[f"step: say, say: {{zh: '{hostile}', en: '{hostile}'}}", SAYS])
    root = ElementTree.fromstring(draw(loads(text.replace("en: Cards}", f"en: '{hostile}'}}")), EN))

    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "path", "text", "circle"}
    assert any("<script>" in (element.text or "") for element in root.iter(f"{SVG}text"))


def test_a_long_text_is_cut_and_shown_in_full_where_the_pointer_rests() -> None:
    long = "Please hold the line; we will be with you in a moment. " * 8
    root = ElementTree.fromstring(draw(loads(with_menus(main=[SAYS.replace("Listen.", long)])), EN))

    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert long.strip() in titles
    assert any((title.tail or "").endswith(CUT) for title in root.iter(f"{SVG}title"))


def test_it_is_dark_on_a_dark_page() -> None:
    picture = draw(load(BANK))

    assert "prefers-color-scheme: dark" in picture
    # Colours stand in these two places alone, so none is forgotten.
    assert not re.findall(r'(?:fill|stroke)="', picture)


def test_a_hundred_menus_are_drawn_at_once() -> None:
    menus = {
        f"m{at}": [f'{ASKS}, keys: {{"1": menu m{(at + 1) % 99}, "2": cards, "3": menu m{(at * 7) % 99}}}'] * 3
        for at in range(99)
    }
    config = loads(with_menus(main=f'{ASKS}, keys: {{"1": menu m0}}', **menus))
    began = time.process_time()
    draw(config)

    # It takes a second or less; with the squares of its lines it would be minutes.
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "text", ["Press one for cards, two for mortgages.", "银行卡请按一，房贷请按二，理财请按三。", "W" * 200, ""]
)
def test_a_text_in_lines_keeps_to_its_room_and_loses_nothing_that_fits(text: str) -> None:
    lines = wrapped(text, 12, 120, 9)

    assert all(width_of(line, 12) <= 120 for line in lines)
    if CUT not in "".join(lines):
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(wrapped(text, 12, 60, 2)) <= 2
    assert not any(line.startswith(("，", "。", ",", ".")) for line in lines)


def test_a_text_that_fits_is_not_cut_and_one_that_does_not_ends_with_a_sign() -> None:
    assert cut("Cards", 13, 100) == "Cards"
    assert cut("Mortgages and more", 13, 60).endswith(CUT)
    assert width_of(cut("Mortgages and more", 13, 60), 13) <= 60
