"""Every kind of step that asks something, on a real Asterisk: by keys of all sorts, with hang-ups everywhere.

Asterisk has the hotline's own dialplan; there is no core beside it, so a caller who is done with the menus waits.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from acd.asterisk.obtain import Asterisk
from acd.demo.caller import Caller, Key
from ivr.line import Prompt
from tests.hearing import HearingTelephone
from tests.ivr.bank_on_asterisk import NUMBER, Bank, answering, calling, running_bank
from tests.ivr.fake_line import bank_text
from tests.ivr.peers import until
from tests.real import Block
from tests.sounds import level
from tests.telephone import Telephone

pytestmark = pytest.mark.real

MENUS = """\
  main:
    - {step: greeting, say: {zh: 欢迎。, en: Welcome.}}
    - {step: language, say: {zh: 一。, en: Two.}, keys: {"1": zh, "2": en}, wait_for: 1s, attempts: 1}
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": cards, "2": menu opinion, "5": menu number}, wait_for: 1s}
    - {step: advert_offer, advert: summer, say: {zh: 请按一。, en: Press one.}, wait_for: 3s}
  number:
    - {step: collect, say: {zh: 请输入。, en: Your number.}, at_least: 4, at_most: 8, confirm: true, wait_for: 2s}
    - {step: hours, calendar: always, open: wealth}
  opinion:
    - {step: survey, survey: service}
    - {step: hang_up, say: {zh: 再见。, en: Goodbye.}}
"""
MORE = """\
calendars: {always: {open: ["mon-sun 00:00-24:00"]}}
adverts: {summer: {spots: [{zh: 利率优惠。, en: Our rates.}]}}
surveys:
  service:
    questions: [{say: {zh: 服务如何？, en: How were we?}}, {say: {zh: 等了多久？, en: How long?}, keys: 3}]
    comment: {zh: 请留言。, en: Please comment.}
callbacks: {numbers: ["1"]}
"""


@pytest.fixture(scope="module")
def bank(private_asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    with running_bank(private_asterisk, tmp_path_factory.mktemp("steps"), bank_text(MENUS, MORE)) as running:
        yield running


async def told(bank: Bank, mark: int, fact: str, number: str, within: float = 20) -> Block:
    """The fact of the caller with this number."""
    call = (await bank.fact("arrived", mark, within, Number=number))["Call"]
    return await bank.fact(fact, mark, within, Call=call)


async def test_typed_ahead_and_at_ease_by_events_and_by_sound_the_keys_arrive(bank: Bank) -> None:
    # A whole way through the menus in one go; another at a caller's own pace, with a wrong key and a change of mind.
    ahead = Caller("13100000001", keys=(Key("254711#1", 100),))
    at_ease = Caller("13100000002", keys=tuple(Key(key, 700 + 1_000 * n) for n, key in enumerate("27*12")))
    telephone = HearingTelephone(bank.hotline.ports.sip, in_band=True)
    async with answering(bank), calling(bank, ahead, at_ease) as (_, mark):
        with telephone:
            await asyncio.to_thread(telephone.call, "95555", "13100000003")
            await asyncio.to_thread(telephone.until_seen, "200 INVITE")
            await asyncio.to_thread(telephone.until_heard, 0.8)
            await asyncio.to_thread(telephone.press_in_band, "21")
            first = await told(bank, mark, "waiting", "13100000001")
            in_band = await told(bank, mark, "waiting", "13100000003")
        # The other was wrong, went back to the languages, chose Chinese, and is asked how he was served.
        call = (await bank.fact("arrived", mark, Number="13100000002"))["Call"]
        while await bank.variable(call, "HL_SURVEYED") != "service":
            pass
        assert await bank.variable(call, "HL_STAGE") == "ivr"
    assert (first["Lane"], first["Language"], first["Customer"], first["Menu"]) == ("wealth", "en", "4711", "main=5")
    assert (in_band["Lane"], in_band["Language"], in_band["Advert"]) == ("cards", "en", "summer")
    ended = await bank.fact("ended", mark, Call=call)
    assert ended["Stage"] == "ivr"


async def test_an_advert_is_accepted_by_its_own_key_alone(bank: Bank) -> None:
    # The menu's key and the offer's come at their time; the other caller typed both ahead.
    yes = Caller("13200000001", keys=(Key("21", 100), Key("1", 1_600)))
    ahead = Caller("13200000002", keys=(Key("211", 100),))
    async with answering(bank), calling(bank, yes, ahead) as (_, mark):
        accepted = await told(bank, mark, "waiting", "13200000001")
        refused = await told(bank, mark, "waiting", "13200000002")
        assert (accepted["Advert"], accepted["AdvertOn"]) == ("summer", "1")
        assert (refused["Advert"], refused["AdvertOn"]) == ("summer", "")
        assert await bank.variable(accepted["Call"], "HL_MUSIC") == "advert-summer-en"
        assert await bank.variable(refused["Call"], "HL_MUSIC") == "default"


async def test_a_survey_is_answered_by_keys_and_a_voice(bank: Bank) -> None:
    with HearingTelephone(bank.hotline.ports.sip) as telephone:
        async with answering(bank):
            mark = await bank.mark()
            await asyncio.to_thread(telephone.call, "95555", NUMBER)
            await asyncio.to_thread(telephone.until_seen, "200 INVITE")
            call = (await bank.fact("arrived", mark))["Call"]
            await asyncio.to_thread(telephone.press, "2252")
            # The comment: its prompt, the tone, then a second of speech and a key.
            await asyncio.to_thread(telephone.until_heard, 1.0)
            await asyncio.to_thread(lambda: [telephone.hum() for _ in range(10)])
            await asyncio.to_thread(telephone.press, "#")
            await asyncio.to_thread(telephone.until_seen, "BYE")
            surveyed = await bank.fact("surveyed", mark, Call=call)
            ended = await bank.fact("ended", mark, Call=call)
    await bank.nobody_left()
    assert (surveyed["Survey"], surveyed["Answers"], surveyed["Comment"]) == ("service", "5.2", "1")
    assert ended["Stage"] == "served"
    comment = Path(bank.hotline.instance.places.spool) / "hotline-comments" / f"{call}.wav"
    assert comment.stat().st_size > 8_000


async def test_a_waiting_caller_confirms_his_number_or_keys_another(bank: Bank) -> None:
    bank.link.set_global("HL_LAP", "1")
    async with answering(bank):
        mark = await bank.mark()
        with Telephone(bank.hotline.ports.sip) as confirms, Telephone(bank.hotline.ports.sip) as changes:
            for telephone, number, keys in (
                (confirms, "13400000001", "11"),
                (changes, "13400000002", "1213900000000#1"),
            ):
                await asyncio.to_thread(telephone.call, "95555", number)
                await asyncio.to_thread(telephone.until_seen, "200 INVITE")
                await asyncio.to_thread(press, telephone, "10")
                call = (await told(bank, mark, "waiting", number))["Call"]
                await asyncio.to_thread(bank.link.say, call, "offer_callback.callback")
                while await bank.variable(call, "HL_SAY"):
                    pass
                await asyncio.to_thread(press, telephone, keys)
                accepted = await bank.fact("callback_accepted", mark, Call=call)
                assert accepted["Number"] == keys[2:-2]
                assert await bank.variable(call, "HL_STAGE") == "waiting"
    await bank.nobody_left()


def press(telephone: Telephone, keys: str) -> None:
    for key in keys:
        telephone.press(key)
        telephone.hum(loud=False)


async def test_what_one_language_lacks_is_heard_in_another(bank: Bank) -> None:
    async with answering(bank, without=[Prompt("en", "main-3-menu")]):
        mark = await bank.mark()
        with HearingTelephone(bank.hotline.ports.sip) as telephone:
            await asyncio.to_thread(telephone.call, "95555", NUMBER)
            await asyncio.to_thread(telephone.until_seen, "200 INVITE")
            began = telephone.now()
            await asyncio.to_thread(telephone.press, "2")
            await asyncio.to_thread(telephone.until_heard, 0.8)
            # Nothing else is said after the key: the greeting was cut short by it.
            assert level(telephone.heard_sound(began)) > -40
            await asyncio.to_thread(telephone.press, "10")
            waiting = await bank.waiting(mark)
            assert (waiting["Lane"], waiting["Language"]) == ("cards", "en")
    await bank.nobody_left()


@pytest.mark.alone
async def test_whoever_hangs_up_at_any_step_ends_with_one_record_and_the_right_stage(bank: Bank) -> None:
    leavers = [
        Caller(f"136{language}{way:02}{n:05}", keys=(Key(language + keys, 100),), hangs_up_after=800 + 350 * n)
        for language in "12"
        for way, keys in enumerate(["0", "1", "54711#", "25", ""])
        # Who keys a survey's answers has time for one of them, however busy the machine.
        for n in (*range(7), *((20,) if way == 3 else ()))
    ]
    async with answering(bank) as server:
        async with calling(bank, *leavers) as (group, mark):
            await group.finished()
        await until(lambda: server.statistics.open == 0)
        await bank.ended(mark, len(leavers))
        finished = server.statistics.finished
        assert (finished.total(), server.statistics.refused) == (len(leavers), {})
        assert set(finished) <= {"switch_left", "caller_hung_up", "done"}
    facts = [block for block in bank.link.blocks[mark:] if "Fact" in block]
    arrived = [block["Call"] for block in facts if block["Fact"] == "arrived"]
    ended = {block["Call"]: block["Stage"] for block in facts if block["Fact"] == "ended"}
    assert len(arrived) == len(leavers)
    assert Counter(block["Call"] for block in facts if block["Fact"] == "ended") == Counter(arrived)
    waited = {block["Call"] for block in facts if block["Fact"] == "waiting"}
    assert {ended[call] for call in arrived if call not in waited} == {"ivr"}
    assert {ended[call] for call in waited} == {"waiting"}
    assert len(waited) < len(leavers) - 20
    # Who hung up in the middle of the survey has said what he has said.
    answers = [block["Answers"] for block in facts if block["Fact"] == "surveyed"]
    assert answers
    assert set(answers) <= {"", "5"}
    assert "5" in answers
