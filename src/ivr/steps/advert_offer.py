"""The offer of an advert: asked once in a call, and only of callers for whom the advert is.

Key 1, pressed after the question has begun, is yes; silence and every other key are no. A key that was typed ahead
answers the next question and never this one: nobody shall hear an advert who did not ask for it.
"""

from acd.config.caller_side import DAY, AdvertConfig
from acd.config.menus import AdvertOffer
from acd.config.targets import NEXT, PERSON, Target
from acd.core.instants import Duration
from ivr.line import PromptMissing
from ivr.visit import AdvertAnswer, Visit

YES = "1"

NOT_YET_HEARD: Duration = 500
"""Milliseconds from the beginning of the question in which a key is taken to be meant for something else."""

MOST_TRIES = 5
"""How often the question begins, when keys that are not meant for it cut it short."""


async def offer_advert(visit: Visit, name: str, step: AdvertOffer) -> Target:
    """Ask with the prompt called `name`, if this caller is to be asked at all."""
    advert = visit.config.adverts.get(step.advert)
    if advert is None or visit.advert is not None or not _is_for(visit, advert):
        return NEXT
    try:
        key = await _answer(visit, name, step.wait_for)
    except PromptMissing:
        # He was not asked.
        return NEXT
    visit.advert = AdvertAnswer(step.advert, key == YES)
    visit.by_silence = visit.by_silence and key is None
    if key == "0":
        return PERSON
    if key != YES:
        visit.keep(key)
    return NEXT


async def _answer(visit: Visit, name: str, wait_for: Duration) -> str | None:
    for _ in range(MOST_TRIES):
        await visit.hear_ahead()
        began = visit.clock.now()
        key = await visit.say(name)
        if key is not None and visit.clock.now() - began < NOT_YET_HEARD:
            visit.keep(key)
            continue
        return key or await visit.wait_for_key(wait_for)
    return None


def _is_for(visit: Visit, advert: AdvertConfig) -> bool:
    facts = visit.facts()
    situation = visit.around.situation
    if advert.lanes and (visit.lane or visit.config.default_lane) not in advert.lanes:
        return False
    if advert.languages and facts.language not in advert.languages:
        return False
    if advert.tiers and facts.tier not in advert.tiers:
        return False
    if advert.hours is not None and not situation.is_open(advert.hours):
        return False
    asked = situation.asked_about_adverts(visit.number) if visit.number else None
    return asked is None or visit.clock.now() - asked >= advert.not_again_within * DAY
