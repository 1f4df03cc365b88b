"""What agents choose from, say and may offer is checked where it stands, and told when it changes."""

import pytest

from acd.config import loads
from acd.config.differences import differences
from acd.config.wrapping_up import MOST_CODES
from tests.config.everything import EVERYTHING
from tests.config.lost import faults
from tests.config.small import SMALL, edited
from tests.config.staffed import advice, with_cards

LOST = "lost: {name: {zh: 挂失, en: Lost}, under: {blocked: {name: {zh: 已挂失, en: Blocked}}}}"
OTHER = "other: {name: {zh: 其他, en: Other}}"
TREE = f"        {LOST}\n        {OTHER}\n"
BLOCKED = "blocked: {name: {zh: 已挂失, en: Blocked}}"


def test_a_code_leads_to_its_place_in_the_tree_and_ends_a_record_only_where_nothing_is_finer() -> None:
    found = loads(EVERYTHING).lanes["cards"].dispositions
    assert found is not None

    assert found.required
    assert [path for path, _ in found.rows()] == [("lost",), ("lost", "blocked"), ("other",)]
    assert (found.path_to("blocked"), found.path_to("nothing")) == (("lost", "blocked"), ())
    assert [code for code in ("lost", "blocked", "other", "nothing") if found.may_end_with(code)] == [
        "blocked",
        "other",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("required: true\n", "required: sometimes\n", "dispositions.required: \"sometimes\" is not true or false"),
        ("required: true\n", "requires: true\n", "dispositions.requires: unknown key (did you mean required?)"),
        (TREE, "        {}\n", "dispositions.tree: has too few entries; at least 1"),
        (OTHER, "Other: {name: {zh: 其他, en: Other}}", 'dispositions.tree.Other: "Other": not a name; allowed'),
        (OTHER, "other: {name: {zh: 其他}}", "dispositions.tree.other.name: has no text in en; a text is needed"),
        (BLOCKED, "blocked: {name: {en: Blocked}}", "dispositions.tree.lost.under.blocked.name: has no text in zh"),
        (OTHER, OTHER.replace("other", "blocked"), 'dispositions.tree.blocked: "blocked" is used twice in this lane; '),
        (BLOCKED, BLOCKED[:-1] + ", under: {a: {name: {zh: 一, en: A}, under: {b: {name: {zh: 二, en: B}}}}}}",
         "dispositions.tree.lost.under.blocked.under.a.under: is one level too many; an agent chooses 3 times"),
        ("script: {zh: 您好，请讲。, en: How", "script: {en: How", "script: has no text in zh"),
        ("may_offer: [{zh: 免年费, ", "may_offer: [{", "may_offer[0]: has no text in zh"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_where_it_stands(old: str, new: str, told: str) -> None:
    (fault,) = faults(edited(old, new, EVERYTHING))
    assert fault.startswith(f"lanes.cards.{told}")


def test_a_lane_has_a_bounded_number_of_codes() -> None:
    branch = ", ".join(f"x{{0}}-{each}: {{{{name: {{{{zh: 一, en: A}}}}}}}}" for each in range(50))
    tree = "".join(f"        b{at}: {{name: {{zh: 一, en: A}}, under: {{{branch.format(at)}}}}}\n" for at in range(6))

    (fault,) = faults(edited(TREE, tree, EVERYTHING))
    assert fault == f"lanes.cards.dispositions.tree: has 306 dispositions; at most {MOST_CODES} in one lane"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("required: true\n", "required: false\n", "dispositions.required: false instead of true"),
        (OTHER, OTHER + "\n        pin: {name: {zh: 密码, en: PIN}}",
         "dispositions.tree.pin: name zh 密码, en PIN, new"),
        (BLOCKED, BLOCKED.replace("Blocked", "Stopped"),
         "dispositions.tree.lost.under.blocked.name.en: Stopped instead of Blocked"),
        (f"{LOST}\n        {OTHER}", f"{OTHER}\n        {LOST}",
         "dispositions.tree: in another order: other, lost, blocked"),
        ("en: How can I help?", "en: What is it?", "script.en: What is it? instead of How can I help?"),
        ("[{zh: 免年费, en: No yearly fee}]", "[]", "may_offer[0]: none any more; it was zh 免年费, en No yearly fee"),
    ],
)  # fmt: skip
def test_every_edit_is_told_and_is_another_version(old: str, new: str, line: str) -> None:
    before, after = loads(EVERYTHING), loads(edited(old, new, EVERYTHING))

    told = [f"{each.about} / {each.what}: {each.text}" for each in differences(before, after)]
    assert told == [f"lane cards / {line}"]
    assert before.version != after.version
    assert before.policy().lanes == after.policy().lanes


def test_a_lane_that_says_nothing_of_it_is_as_it_always_was() -> None:
    lane = loads(SMALL).lanes["cards"]

    assert (lane.dispositions, lane.script, lane.may_offer, lane.for_agents()) == (None, {}, (), [])


def test_an_agent_who_must_choose_needs_time_to() -> None:
    tree = "dispositions: {required: true, tree: {other: {name: {zh: 其他, en: Other}}}}"

    assert advice(with_cards(f"wrap_up: 20s\n{tree}")) == []
    (told,) = advice(with_cards(tree))
    assert told.startswith("lanes.cards.dispositions.required: asks for a disposition after each call, and leaves no")
