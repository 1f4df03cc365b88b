"""An operator hears what an edit changes and for whom, before it comes into force."""

import pytest

from acd.config import loads
from acd.config.differences import Difference, differences
from tests.config.everything import EVERYTHING
from tests.config.small import edited
from tests.config.staffed import STAFFED, with_cards


def told(new: str, old: str = STAFFED) -> list[str]:
    """Each difference in one line, and each movement behind it."""
    return [line for each in differences(loads(old), loads(new)) for line in _lines(each)]


def _lines(each: Difference) -> list[str]:
    moved = [
        f"  {movement.whom} +{','.join(movement.gains)} -{','.join(movement.loses)}" for movement in each.movements
    ]
    return [f"{each.about} / {each.what}: {each.text}", *moved]


@pytest.mark.parametrize(
    "written_otherwise",
    [
        "# By Anna.\n" + STAFFED,
        edited("needs: cards >= 3", "needs:   (cards>=3)", STAFFED),
        edited("credit: 90s", "credit: 90000ms", STAFFED),
        edited("ring_for: 15s\n", "ring_for: 15s\n    wrap_up: 0s\n    steps: []\n", STAFFED),
    ],
)
def test_settings_that_mean_the_same_do_not_differ(written_otherwise: str) -> None:
    assert told(written_otherwise) == []


def test_other_needs_tell_who_comes_and_who_goes_in_each_language() -> None:
    assert told(edited("needs: cards >= 3", "needs: cards <= 4 and cards", STAFFED)) == [
        "lane cards / needs: `cards <= 4 and cards` instead of `cards >= 3`",
        "lane cards / agents: other agents may serve it",
        "  in zh + -anna",
        "  in en +ben -anna",
    ]


def test_steps_tell_from_when_on_who_else_may_serve() -> None:
    old = with_cards("steps: [{after: 20s, needs: cards}]")
    new = with_cards("steps: [{after: 30s, needs: cards}]")

    assert told(new, old) == [
        "lane cards / step: after 30s: also agents with `cards`, instead of after 20s",
        "lane cards / agents: other agents may serve it",
        "  in en after 20s + -ben",
        "  in en after 30s + -",
    ]


def test_steps_that_come_go_or_change_are_told_in_words() -> None:
    old = with_cards("steps: [{after: 20s, needs: cards}, {after: 60s, credit: 30s}]")
    new = with_cards('steps: [{after: 20s, when: "idle(general) > 0", needs: general}, {after: 60s, credit: 45s}]')

    assert [line for line in told(new, old) if "step" in line] == [
        "lane cards / step: after 20s when idle(general) > 0: also agents with `general`, instead of: after 20s: also "
        "agents with `cards`",
        "lane cards / step: after 1m: 45s of credit, instead of: 30s of credit",
    ]
    assert [line for line in told(STAFFED, new) if "step" in line] == [
        "lane cards / step: after 20s when idle(general) > 0: also agents with `general`, is taken away",
        "lane cards / step: after 1m: 45s of credit, is taken away",
    ]


def test_steps_in_another_order_are_a_difference() -> None:
    one, other = "{after: 20s, credit: 5s}", "{after: 20s, lanes: [general]}"

    assert told(with_cards(f"steps: [{other}, {one}]"), with_cards(f"steps: [{one}, {other}]")) == [
        "lane cards / steps: are in another order"
    ]
    assert told(with_cards(f"steps: [{one}, {one}]"), with_cards(f"steps: [{one}]")) == [
        "lane cards / steps: one stands more often or less often"
    ]


def test_a_lane_that_is_taken_away_tells_where_its_callers_wait() -> None:
    lane = "  loans:\n    name: {zh: 贷款, en: Loans}\n    needs: general\n"
    more = edited("default_lane:", f"{lane}default_lane:", STAFFED)

    assert told(more) == [
        "lane loans / : is new and asks for `general`; agents who may serve it at first: 2 in zh, 3 in en",
        "  in zh +anna,cara -",
        "  in en +anna,ben,cara -",
    ]
    assert told(STAFFED, more) == [
        "lane loans / : is taken away; callers who wait in it wait in general from then on, and keep their time"
    ]


def test_an_agent_whose_skills_change_is_told_with_the_callers_he_gains_and_loses() -> None:
    new = edited("{cards: 2, general: 3, english: 5}", "{cards: 3, mandarin: 2}", STAFFED)

    assert told(new)[-1] == (
        "agent ben / skills: cards 3 instead of 2, no english any more (it was 5), no general any more (it was 3), "
        "mandarin 2 is new; may now serve cards in zh; may no longer serve general in en"
    )


def test_an_agent_who_may_serve_sooner_or_only_later_is_told_so() -> None:
    steps = "steps: [{after: 20s, needs: cards}]"
    better = edited("{cards: 2,", "{cards: 3,", with_cards(steps))

    assert told(better, with_cards(steps))[-1] == (
        "agent ben / skills: cards 3 instead of 2; may now serve cards in en"
    )
    assert told(with_cards(steps), better)[-1] == (
        "agent ben / skills: cards 2 instead of 3; may serve only cards in en after 20s"
    )


def test_agents_who_come_and_go_are_told_with_their_callers() -> None:
    without = STAFFED[: STAFFED.index("  cara:")]

    assert told(STAFFED, without)[-1] == (
        "agent cara / : is new: Cara with cards 4, english 5, general 3, mandarin 5; "
        "may now serve cards in zh and en, general in zh and en"
    )
    assert told(without)[-1].endswith("; may no longer serve cards in zh and en, general in zh and en")


def test_an_agent_who_must_not_have_a_skill_serves_nobody_before_he_comes() -> None:
    lane = edited("needs: cards >= 3", "needs: not cards >= 3", STAFFED)
    more = lane + "  dora: {name: Dora, phone: dora, skills: {english: 3}}\n"

    assert "  in en +dora -" in told(more, lane)


def test_a_reserve_tells_whom_it_keeps_back() -> None:
    one = STAFFED + "reserves:\n  desk: {agents: cards >= 5, backup_for: cards}\n"
    two = edited("{agents: cards >= 5", "{agents: cards >= 4", one)

    assert told(one) == [
        "reserve desk / : is new: keeps back 1 agent from cards until budget_burned(cards) >= 100%",
        "   +anna -",
    ]
    assert told(two, one) == [
        "reserve desk / agents: cards >= 4 instead of cards >= 5",
        "reserve desk / : keeps back 2 agents instead of 1",
        "   +cara -",
    ]


def test_longer_hours_are_told_in_hours_a_week() -> None:
    office = (
        with_cards("hours: office\nwhen_closed: general") + 'calendars:\n  office: {open: ["mon-fri 09:00-18:00"]}\n'
    )
    longer = office.replace('["mon-fri 09:00-18:00"]', '["mon-fri 08:00-18:00", "sat 10:00-15:00"]')

    assert told(longer, office) == [
        "calendar office / week: open 10 h a week more (55 h instead of 45 h): also on Mon-Fri 08:00-09:00; "
        "Sat 10:00-15:00; kept by cards"
    ]
    assert told(office, longer)[0].startswith("calendar office / week: open 10 h a week less (45 h instead of 55 h)")
    special = office.replace('18:00"]}', '18:00"], closed_on: ["2026-12-25"]}')
    assert told(special, office) == ["calendar office / days: 2026-12-25 closed instead of as its day of the week"]


def test_a_lane_that_begins_to_close_is_told_in_hours_a_week() -> None:
    office = STAFFED + 'calendars:\n  office: {open: ["mon-fri 09:00-18:00"]}\n'

    assert told(with_cards("hours: office\nwhen_closed: general", office), office) == [
        "lane cards / hours: office instead of always open; open 123 h a week less (45 h instead of 168 h): no longer "
        "on Mon 00:00-09:00; Mon-Thu 18:00-09:00; Fri 18:00-24:00; Sat-Sun all day",
        "lane cards / when_closed: lane general, new",
    ]


def test_hours_of_work_differ_though_routing_never_sees_them() -> None:
    shifts = 'shifts: {anna: ["mon-fri 09:00-18:00"]}\n'
    old, new = loads(STAFFED + shifts), loads(STAFFED + shifts.replace("18:00", "19:00"))

    assert old.version == new.version
    assert [each.text for each in differences(old, new)] == ["50 h a week instead of 45 h: also on Mon-Fri 18:00-19:00"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("    credit: 90s\n    priority", "    credit: 2m\n    priority", "vip platinum / credit: 2m instead of 90s"),
        ("share_at_most: 40%", "share_at_most: 50%", "vip platinum / share_at_most: 50% instead of 40%"),
        (
            "    relationship_manager: {wait_for: 20s}\n",
            "",
            "vip platinum / relationship_manager: none any more; it was wait_for 20s",
        ),
        ("target: 80%", "target: 90%", "service_level / target: 90% instead of 80%"),
        ("{lunch: 45m, break: unlimited}", "{lunch: 1h, break: unlimited}", "pause_reasons / lunch: 1h instead of 45m"),
        ("{lunch: 45m, break: unlimited}", "{lunch: 45m}", "pause_reasons / break: none any more; it was unlimited"),
        (
            "{lunch: 45m, break: unlimited}",
            "{break: unlimited, lunch: 45m}",
            "pause_reasons / : in another order: break, lunch instead of lunch, break",
        ),
        (
            "choose_call: best_skill",
            "choose_call: longest_lane",
            "routing / choose_call: longest_lane instead of best_skill",
        ),
        ("en: Sorry.", "en: So sorry.", "announcements / sorry.en: So sorry. instead of Sorry."),
        (
            "en: Press one.}\n      keys",
            "en: Press 1.}\n      keys",
            "menu main / [2].say.en: Press 1. instead of Press one.",
        ),
        ("wrap_up: 20s", "wrap_up: 25s", "lane cards / wrap_up: 25s instead of 20s"),
        (
            "limits: {length: 50, wait: 10m}",
            "limits: {length: 60}",
            "lane cards / limits: length 60 instead of length 50, wait 10m",
        ),
        (
            "when_full: number +862155555555",
            "when_full: callback",
            "lane cards / when_full: callback instead of number +862155555555",
        ),
        (
            "last_agent: {wait_for: 15s, within: 12h}",
            "last_agent: {wait_for: 15s, within: 6h}",
            "lane cards / last_agent: wait_for 15s, within 6h instead of wait_for 15s, within 12h",
        ),
        ("time_zone: Asia/Shanghai", "time_zone: Asia/Tokyo", "time_zone / : Asia/Tokyo instead of Asia/Shanghai"),
        ("line: second", "line: first", "agent anna / line: first instead of second"),
        ("roles: [operator]", "roles: [auditor]", "staff / anna.roles: auditor instead of operator"),
        ("idle: 20m", "idle: 25m", "sessions / idle: 25m instead of 20m"),
        ("claim: staff_id", "claim: sub", "oidc / claim: sub instead of staff_id"),
        ("board: logged_in", "board: open", "web / board: open instead of logged_in"),
        ("en: Cards", "en: Card", "lane cards / name: zh 银行卡, en Card instead of zh 银行卡, en Cards"),
    ],
)
def test_a_value_is_told_as_an_operator_writes_it(old: str, new: str, line: str) -> None:
    assert told(edited(old, new, EVERYTHING), EVERYTHING) == [line]


def test_a_language_that_is_taken_away_tells_what_its_callers_speak() -> None:
    without = edited("  en: {name: English, voice: en-us, skill: english}\n", "", STAFFED)
    without = without.replace(", en: Cards}", "}").replace(", en: Anything else}", "}").replace(', "2": en', "")
    for text in ("Welcome.", "Press two.", "Press one.", "We are busy.", "One moment."):
        without = edited(f", en: {text}", "", without)

    lines = told(without)
    assert "language en / : is taken away; its callers go on in zh" in lines
    assert "  in en + -anna,ben,cara" in lines


def test_all_differences_are_told_in_the_same_order_every_time() -> None:
    assert told(EVERYTHING) == told(EVERYTHING)
    assert [each.about for each in differences(loads(STAFFED), loads(EVERYTHING))][:1] == ["lane cards"]


def test_a_new_class_is_told_in_full_and_only_with_what_was_written() -> None:
    dialled = ", ".join(f'"4008{at:06}"' for at in range(12))
    numbers = "".join(f'  "4008{at:06}": {{menu: main}}\n' for at in range(12))
    old = edited("languages:\n", f"{numbers}languages:\n", STAFFED)
    gold = f"  gold:\n    recognised_by: {{dialled: [{dialled}]}}\n    credit: 30s\n"
    (found,) = differences(loads(old), loads(edited("menus:\n", f"{gold}menus:\n", old)))

    listed = ", ".join(f"4008{at:06}" for at in range(12))
    assert found.new == f"recognised_by dialled {listed}, credit 30s"
    assert found.text == f"is new: {found.new}"


def test_a_long_value_is_cut_for_people_and_whole_for_machines() -> None:
    long = "Please hold on. " * 8
    new = edited("{zh: 线路繁忙。, en: We are busy.}", f"{{zh: 线路繁忙。, en: {long}}}", STAFFED)
    (found,) = differences(loads(STAFFED), loads(new))

    assert found.new == long.strip()
    assert "…" in found.text


def test_steps_of_different_kinds_are_never_told_as_one() -> None:
    old = with_cards("steps: [{after: 20s, needs: cards}, {after: 40s, credit: 30s}]")
    new = with_cards("steps: [{after: 20s, credit: 60s}, {after: 40s, needs: cards}, {after: 30s, any_language: true}]")

    assert [line for line in told(new, old) if "step" in line] == [
        "lane cards / step: after 20s: 1m of credit, instead of: after 40s: 30s of credit",
        "lane cards / step: after 40s: also agents with `cards`, instead of after 20s",
        "lane cards / step: after 30s: in any language, is new",
    ]


def test_a_step_that_gives_way_to_another_kind_is_taken_away_and_the_other_is_new() -> None:
    old = with_cards("steps: [{after: 20s, needs: cards}]")
    new = with_cards("steps: [{after: 20s, credit: 30s}]")

    assert [line for line in told(new, old) if "step" in line] == [
        "lane cards / step: after 20s: also agents with `cards`, is taken away",
        "lane cards / step: after 20s: 30s of credit, is new",
    ]


def test_tiers_that_are_named_anew_are_told_and_leave_the_version_as_it_is() -> None:
    new = edited("tiers: [gold]", "tiers: [gold, silver]", EVERYTHING)

    assert told(new, EVERYTHING) == ["tiers / : gold, silver instead of gold"]
    assert loads(new).version == loads(EVERYTHING).version
