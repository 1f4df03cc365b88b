"""What everybody may see: how it goes, and nothing of who calls."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from acd.core.inputs import PolicyLoaded
from acd.core.names import LaneName
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Reserve
from cti.board import Board
from tests.cti.open_web import Web, browser, open_web
from tests.cti.small_hotline import ANNA, CALLED_BACK_AT, CARDS, GENERAL, OUTSIDE, SmallHotline, eventful_policy


async def picture(socket: aiohttp.ClientWebSocketResponse, **wanted: int) -> dict[str, Any]:
    """The next picture in which the general lane is so."""
    async with asyncio.timeout(5):
        while True:
            said: dict[str, Any] = json.loads(await socket.receive_str())
            lane = next(lane for lane in said["lanes"] if lane["lane"] == GENERAL)
            if all(lane[key] == value for key, value in wanted.items()):
                return said


async def test_the_board_follows_what_happens() -> None:
    hotline = SmallHotline()
    async with open_web(hotline) as web, browser(web) as someone:
        board = await someone.http.ws_connect("/board/feed")
        empty = await picture(board, waiting=0)
        assert empty["agents"]["logged_out"] == 2
        assert [lane["title"] for lane in empty["lanes"] if lane["lane"] == CARDS] == [{"zh": "银行卡", "en": "Cards"}]

        hotline.becomes_ready(ANNA)
        call = hotline.call("c1", GENERAL)
        hotline.sleep(30_000)
        waiting = await picture(board, waiting=1)
        assert waiting["agents"]["ready"] == 1
        assert next(lane["longest_wait_ms"] for lane in waiting["lanes"] if lane["lane"] == GENERAL) == 30_000

        hotline.hangs_up(call)
        gone = await picture(board, abandoned=1)
        assert next(lane["service_level"] for lane in gone["lanes"] if lane["lane"] == GENERAL) == 0
        await board.close()


async def test_the_board_never_holds_a_word_about_a_caller() -> None:
    hotline = SmallHotline()
    async with open_web(hotline) as web:
        hotline.becomes_ready(ANNA)
        hotline.call("call-id-1", number="+8613800000001")
        text = web.board.picture()

    for secret in ("13800000001", "Wang", "王芳", "call-id-1", "anna"):
        assert secret not in text


def open_board(hotline: SmallHotline) -> Board:
    board = Board(hotline.look, titles={GENERAL: {"zh": "综合", "en": "General"}})
    hotline.feed.listen(board.hear)
    return board


def drawn(board: Board) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(board.picture())
    return said


async def test_the_board_counts_those_who_were_sent_away_and_says_no_number() -> None:
    hotline = SmallHotline(eventful_policy())
    board = open_board(hotline)
    hotline.is_sent_outside("c1")

    general = next(lane for lane in drawn(board)["lanes"] if lane["lane"] == GENERAL)
    assert (general["overflowed"], general["called_back"], general["left_message"], general["refused"]) == (1, 0, 0, 0)
    assert (general["offered"], general["waiting"], general["left"]) == (2, 1, 1)
    assert OUTSIDE not in board.picture()


async def test_the_board_says_of_a_reserve_whether_it_is_kept_back_for_which_lane_why_and_since_when() -> None:
    hotline = SmallHotline(eventful_policy())
    board = open_board(hotline)
    (before,) = drawn(board)["reserves"]
    hotline.sleep(60_000)
    hotline.call("c1", GENERAL)
    (after,) = drawn(board)["reserves"]

    assert before == {
        "reserve": "helpers",
        "released": False,
        "only": False,
        "lane": "general",
        "title": {"zh": "综合", "en": "General"},
        "until": "waiting(general) > 0",
        "since": None,
    }
    assert after == {**before, "released": True, "since": hotline.time}


async def test_a_reserve_that_a_new_policy_drops_is_on_the_board_no_more() -> None:
    hotline = SmallHotline(eventful_policy())
    board = open_board(hotline)
    hotline.call("c1", GENERAL)
    other = Reserve("wealth-desk", "cards", "", only_for=CARDS)
    hotline.take(PolicyLoaded(replace(hotline.policy, version="later", reserves=(other,))))
    hotline.take(PolicyLoaded(hotline.policy))

    (helpers,) = drawn(board)["reserves"]
    assert (helpers["reserve"], helpers["since"]) == ("helpers", hotline.time)


async def test_the_board_says_which_lanes_switch_is_on_and_how_many_wait_to_be_called_back() -> None:
    hotline = SmallHotline(eventful_policy())
    board = open_board(hotline)

    def of(lane: LaneName) -> tuple[bool, int]:
        found = next(each for each in drawn(board)["lanes"] if each["lane"] == lane)
        return found["emergency"], found["callbacks"]

    hotline.is_to_be_called_back("c1")
    assert (of(CARDS), of(GENERAL)) == ((False, 1), (False, 0))
    assert CALLED_BACK_AT not in board.picture()
    lanes = hotline.policy.lanes
    switched = {**lanes, GENERAL: replace(lanes[GENERAL], emergency=Outcome(OutcomeKind.SAY, "lines_down"))}
    hotline.take(PolicyLoaded(replace(hotline.policy, version="later", lanes=switched)))
    assert (of(CARDS), of(GENERAL)) == ((False, 1), (True, 0))


async def test_the_board_promises_what_the_policy_in_force_promises() -> None:
    hotline = SmallHotline()
    board = open_board(hotline)
    hotline.take(PolicyLoaded(replace(hotline.policy, version="later", target=90)))
    assert drawn(board)["target"] == 0.9


async def test_another_sites_page_cannot_read_the_board() -> None:
    async with open_web() as web, browser(web) as someone:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await someone.http.ws_connect("/board/feed", headers={"Origin": "http://evil.example"})


async def boards_of(web: Web, count: int) -> None:
    async with asyncio.timeout(5):
        while len(web.board) != count:  # noqa: ASYNC110 - the board tells nobody
            await asyncio.sleep(0.01)


async def test_a_board_that_goes_is_forgotten_and_one_that_talks_is_sent_away() -> None:
    async with open_web() as web, browser(web) as someone:
        first = await someone.http.ws_connect("/board/feed")
        second = await someone.http.ws_connect("/board/feed")
        await boards_of(web, 2)
        await first.close()
        await second.send_str("hello")
        await boards_of(web, 0)
        await second.close()
