"""Why something of the second line cannot be, as an answer of the REST edge: a code for programs, words for people."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import HTTPException

from cti.grants import grant
from cti.tickets import ticket

_CONFLICT, _ABSENT, _WRONG, _NO = (
    HTTPStatus.CONFLICT,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.FORBIDDEN,
)
_T, _G = ticket.Why, grant.Why

WORDS: Mapping[str, tuple[HTTPStatus, str, str]] = {
    _T.NO_TEXT: (_WRONG, "请写明内容。", "Write something."),
    _T.TEXT_TOO_LONG: (_WRONG, "最多 4000 字的纯文本。", "Plain text of at most 4,000 characters is allowed."),
    _T.BAD_REASON: (_WRONG, "原因须为一行，最多 200 字。", "The reason is one line of at most 200 characters."),
    _T.BAD_DUE: (_WRONG, "承诺时间须在将来一年之内。", "The promised time lies ahead, within a year."),
    _T.NO_SUCH_STEP: (_CONFLICT, "工单目前的状态不允许这样做。", "The ticket's present state does not allow this."),
    _T.NO_SUCH_QUEUE: (_WRONG, "没有这个队列。", "There is no such queue."),
    _T.NO_SUCH_PERSON: (_WRONG, "没有这个人，或其账户已停用。", "There is nobody of this name who may have tickets."),
    _T.NO_SUCH_LANE: (_WRONG, "没有这条业务线。", "There is no such lane."),
    _T.TOO_MUCH_HISTORY: (_CONFLICT, "记录已满，请另建工单。", "This ticket's history is full; open another one."),
    _T.STALE: (
        _CONFLICT,
        "工单刚被他人更新，请查看最新状态。",
        "Somebody has changed it meanwhile; look at it as it is now.",
    ),
    _T.NO_SUCH_TICKET: (_ABSENT, "没有这张工单，或您无权查看。", "There is no such ticket for you."),
    _T.NOT_YOUR_CALL: (_NO, "这不是您正在处理的通话。", "This is not your call."),
    _T.NOT_YOURS: (
        _NO,
        "只有工单的处理人或二线可以这样做。",
        "Only who has this ticket, or the second line, may do that.",
    ),
    _T.ONE_OF_BOTH: (_WRONG, "请选择一个队列或一个处理人。", "Choose a queue or somebody, one of the two."),
    _G.NO_SUCH_ACTION: (_WRONG, "没有这个授权事项。", "There is no such action."),
    _G.BAD_AMOUNT: (
        _WRONG,
        "金额须为大于零的整数（最小单位）。",
        "The amount is a whole number of minor units above zero.",
    ),
    _G.OVER_ALL: (_NO, "超过任何人可授予的上限。", "This is more than anybody may grant."),
    _G.BAD_TEXT: (_WRONG, "请写明理由，最多 500 字。", "Write a reason, at most 500 characters."),
    _G.ASKED_ALREADY: (_CONFLICT, "本次通话的这一事项已在审批中。", "This is being decided for this call already."),
    _G.NO_SUCH_GRANT: (_ABSENT, "没有这个申请。", "There is no such request."),
    _G.ENDED_ALREADY: (_CONFLICT, "这个申请已经结束。", "This request has ended already."),
    _G.YOUR_OWN: (_NO, "不能审批自己的申请。", "Nobody decides what he asked for himself."),
    _G.NO_SUPERVISOR: (_NO, "只有主管可以审批。", "Only a supervisor decides."),
}
"""For each reason the status, and what a person reads in Chinese and in English."""


def refusal(why: ticket.Why | grant.Why, present: Mapping[str, object] | None = None) -> HTTPException:
    """The answer; `present` is the thing as it is, where somebody else was quicker."""
    status, chinese, english = WORDS[why]
    detail: dict[str, object] = {"error": english, "code": why.value, "words": {"zh": chinese, "en": english}}
    if present is not None:
        detail["present"] = dict(present)
    return HTTPException(status, detail)
