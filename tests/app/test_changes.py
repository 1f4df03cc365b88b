"""What of changed settings a running hotline cannot take over is named, and nothing else is."""

import pytest

from acd.app.changes import needing_asterisk, needing_restart, unknown_phones
from acd.asterisk.credentials import Credentials
from acd.asterisk.places import Ports
from acd.asterisk.render import render
from acd.config import HotlineConfig, loads
from tests.config.small import SMALL, edited

TRUNK = 'trunks: {carrier: {match: ["203.0.113.7"]}}\n'


def files(config: HotlineConfig) -> dict[str, str]:
    """What Asterisk is told; everybody has a secret."""
    secrets = dict.fromkeys(("anna", "ben", "zoe", "annas-other"), "0" * 32)
    return render(config, Credentials("0" * 48, secrets, {}, "1" * 48), Ports())


OF_ASTERISK = {
    "numbers": edited('"95555": {menu: main}', '"95555": {menu: main}\n  "95556": {menu: main}'),
    "agents": edited("phone: anna,", "phone: annas-other,").replace("phones: [anna]", "phones: [ben]"),
    "fallback": edited("phones: [anna]", "phones: [anna, ben]"),
    "default_lane": edited("default_lane: general", "default_lane: cards"),
    "default_language": edited("default_language: zh", "default_language: en"),
    "trunks": SMALL + TRUNK,
    "callbacks": SMALL + TRUNK + 'callbacks: {numbers: ["+86"]}\n',
    "adverts": SMALL + "adverts: {gold: {spots: [{zh: 金卡。, en: A golden card.}]}}\n",
    "overflow_numbers": SMALL + TRUNK + 'overflow_numbers: ["02112345678"]\n',
}
OF_THE_CORE = {
    "limits": SMALL + "limits: {calls: 77}\n",
    "mqtt": SMALL + "mqtt: {host: 127.0.0.1}\n",
    "journal": SMALL + "journal: {keep_days: 3}\n",
    "asterisk": SMALL + "asterisk: {ami_port: 15038, ami_secret_file: ami.secret}\n",
}
OF_NEITHER = {
    "needs": edited("needs: cards >= 3", "needs: cards >= 4"),
    "skills": edited("cards: 5, general: 3", "cards: 7, general: 3"),
    "a lane's title": edited("en: Cards}", "en: Bank cards}"),
    "a vip's credit": edited("credit: 90s", "credit: 60s"),
    "a key": edited('{"1": cards, "0": general}', '{"2": cards, "0": general}'),
    "the menu of a number": edited("wait_for: 6s", "wait_for: 7s"),
}


@pytest.mark.parametrize("section", OF_ASTERISK)
def test_a_section_that_asterisk_knows_of_is_named(section: str) -> None:
    old, new = loads(SMALL), loads(OF_ASTERISK[section])

    assert files(new) != files(old)
    assert section in needing_asterisk(old, new)
    # Who rings customers logs in when the core starts.
    assert needing_restart(old, new) == (("callbacks",) if section == "callbacks" else ())


@pytest.mark.parametrize("section", OF_THE_CORE)
def test_a_section_that_the_core_reads_at_its_start_alone_is_named(section: str) -> None:
    assert needing_restart(loads(SMALL), loads(OF_THE_CORE[section])) == (section,)


@pytest.mark.parametrize("what", OF_NEITHER)
def test_what_only_the_core_and_its_menus_know_of_needs_nothing_else(what: str) -> None:
    old, new = loads(SMALL), loads(OF_NEITHER[what])

    assert old.version != new.version
    assert files(new) == files(old)
    assert (needing_asterisk(old, new), needing_restart(old, new)) == ((), ())


def test_other_words_for_callers_are_prompts_that_asterisk_plays() -> None:
    assert needing_asterisk(loads(SMALL), loads(edited("en: We are busy.", "en: All busy."))) == ("prompts",)


def test_only_a_phone_that_is_new_and_that_nobody_made_files_for_is_unknown() -> None:
    old = loads(SMALL)
    new = loads(SMALL + "  zoe: {name: Zoe, phone: zoe, skills: {cards: 5, mandarin: 5}}\n")

    assert unknown_phones(old, new, known=()) == {"zoe": "zoe"}
    assert unknown_phones(old, new, known=("zoe",)) == {}
