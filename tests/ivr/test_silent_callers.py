"""A caller who presses nothing comes to an end in every menu that was let through, whatever the hour and the load."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from acd.config.menu_faults import menu_faults
from acd.config.menus import Collect, Hours, KeyMenu, LanguageChoice, Message, Route, RouteCase, Say, Step, Transfer
from acd.config.targets import LAST, Target, TargetKind
from acd.core.instants import seconds
from acd.core.names import LaneName, LanguageName
from ivr import dialogue
from tests.ivr.fake_line import FakeLine, FakeSituation, bank, led

TEXTS = {LanguageName("zh"): "请听。", LanguageName("en"): "Listen."}
MENUS = ("main", "more", "other")
CARDS = Target(TargetKind.LANE, "cards")

plain = st.sampled_from([TargetKind.NEXT, TargetKind.PERSON, TargetKind.BACK, TargetKind.REPEAT]).map(Target)
targets = st.one_of(plain, st.just(CARDS), st.sampled_from(MENUS).map(lambda menu: Target(TargetKind.MENU, menu)))
cases = st.lists(st.builds(RouteCase, when=st.just("verified"), to=targets), min_size=1, max_size=2).map(tuple)
keyed = st.builds(KeyMenu, step=st.just("menu"), say=st.just(TEXTS), keys=st.just({"1": CARDS}), otherwise=targets)
steps: st.SearchStrategy[Step] = st.one_of(
    keyed,
    keyed,
    st.builds(Hours, step=st.just("hours"), calendar=st.just("office"), open=targets, closed=targets),
    st.builds(Route, step=st.just("route"), cases=cases, otherwise=targets),
    st.builds(Collect, step=st.just("collect"), say=st.just(TEXTS), otherwise=targets),
    st.builds(LanguageChoice, step=st.just("language"), say=st.just(TEXTS), keys=st.just({"1": LanguageName("zh")})),
    st.sampled_from([Say(step="say", say=TEXTS), Message(step="message"), Transfer(step="transfer", to=CARDS)]),
)
menus = st.fixed_dictionaries({name: st.lists(steps, min_size=1, max_size=3).map(tuple) for name in MENUS})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(menus, st.booleans(), st.booleans())
async def test_silence_leads_to_an_end(
    monkeypatch: pytest.MonkeyPatch, drawn: dict[str, tuple[Step, ...]], is_open: bool, holds: bool
) -> None:
    # A circle is not to be ended by the caller's time.
    monkeypatch.setattr(dialogue, "LONGEST_VISIT", seconds(1_000_000))
    situation = FakeSituation({"verified"} if holds else set(), set() if is_open else {"office"})
    config = bank().model_copy(update={"menus": drawn})
    let_through = not list(menu_faults(drawn, ["main"]))
    with capture_logs() as logs:
        choice = await led(FakeLine(), config=config, situation=situation)

    went_round = any(entry["event"] == "menus_in_a_circle" for entry in logs)
    assert not (let_through and went_round)
    assert choice.lane in config.lanes


@pytest.mark.parametrize("end", sorted(LAST))
async def test_the_check_and_the_walk_agree_on_what_ends_a_menu(end: TargetKind) -> None:
    to = {TargetKind.SAY: "all_busy", TargetKind.NUMBER: "110"}.get(end, "")
    drawn = {"main": (Hours(step="hours", calendar="office", open=Target(end, to), closed=CARDS),)}
    assert not list(menu_faults(drawn, ["main"]))

    with capture_logs() as logs:
        choice = await led(FakeLine(), config=bank().model_copy(update={"menus": drawn}))

    assert not logs
    assert choice.lane == LaneName("general")
