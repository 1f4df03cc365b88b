"""How often a VIP class may overtake: the bound that keeps spoofed or many VIPs from starving the rest.

Each lane lends each class an allowance, in percent of a call. Whenever it would be the turn of a caller of the lane if
nobody were special, the class earns its share; each time one of the class is served instead, it pays one whole call.
Who cannot pay is served in the order of his waiting. So of any `n` turns of a lane a class takes at most

    MOST_SAVED / 100 + n x share_at_most

and whoever is next in his lane is served after a bounded number of turns, however many VIPs come.
"""

from acd.core.memory import Memory
from acd.core.names import LaneName, VipClass

ONE_CALL = 100
MOST_SAVED = 5 * ONE_CALL
"""What a class may save up, and what it begins with: so many calls may overtake in a row."""


def may_overtake(memory: Memory, vip: VipClass, lane: LaneName) -> bool:
    """Whether a caller of the class may be served in a turn of the lane."""
    return _allowance(memory, vip, lane) >= ONE_CALL


def take_turn(memory: Memory, lane: LaneName, overtaken_by: VipClass | None) -> None:
    """A turn of the lane came and was taken by one of its callers, or by one of a class who overtook him."""
    for vip in memory.policy.vip:
        if vip.share_at_most < ONE_CALL:
            paid = ONE_CALL if vip.name == overtaken_by else 0
            saved = min(MOST_SAVED, _allowance(memory, vip.name, lane) + vip.share_at_most) - paid
            memory.allowance.setdefault(vip.name, {})[lane] = saved


def _allowance(memory: Memory, vip: VipClass, lane: LaneName) -> int:
    return memory.allowance.get(vip, {}).get(lane, MOST_SAVED)
