"""The bank that is measured: one lane, no wrap-up, as many agents as asked for; beside it the same agents in queues.

Both sides run on one Asterisk, take calls from the same carrier and ring the same phones. What is added to the
hotline's own files is added here and nowhere else.
"""

import re
import secrets

ADDED_DIALPLAN = "dialplans/99-bench.conf"
MENU_NUMBER = "95555"
"""The whole way: greeting, menu, lane."""
DIRECT_NUMBER = "95550"
"""The same way without the IVR: only the bench's dialplan knows it."""
TOLD_NUMBER = "95551"
"""The direct way into a lane that has the same agents, and tells its callers something in every lap of music."""
DIAL_NUMBER = "95559"
"""Dial of one phone and nothing else: the least a call can cost."""
TOLD_FOR = 30
"""Seconds for which a caller of that lane has something new to hear every two seconds; each lap says the last."""
OBSERVER = "observer"
OBSERVED = ("DialBegin", "DialEnd", "Hangup", "MusicOnHoldStart")


def agent_names(count: int) -> list[str]:
    """The agents, who are named as their phones are."""
    return [f"a{number:04}" for number in range(1, count + 1)]


def queue_number(members: int) -> str:
    """What a caller dials for the queue with so many members."""
    return f"96{members:04}"


def settings(agents: int) -> str:
    """The bank's YAML."""
    people = "\n".join(
        f"  {name}: {{name: {name.title()}, phone: {name}, skills: {{cards: 3, mandarin: 3}}}}"
        for name in agent_names(agents)
    )
    told = "\n".join(f"      - {{after: {after}s, announce: patience}}" for after in range(1, TOLD_FOR, 2))
    return f"""\
numbers:
  "{MENU_NUMBER}": {{menu: main}}
languages:
  zh: {{name: 中文, voice: cmn, skill: mandarin}}
lanes:
  cards: {{name: {{zh: 银行卡}}, needs: cards >= 1, ring_for: 15s, wrap_up: 0s}}
  told:
    name: {{zh: 银行卡}}
    needs: cards >= 1
    ring_for: 15s
    wrap_up: 0s
    announce: {{every: 15s, position: true, estimated_wait: true}}
    steps:
{told}
default_lane: cards
default_language: zh
fallback: {{phones: [a0001]}}
menus:
  main:
    - step: greeting
      say: {{zh: 欢迎。}}
    - step: menu
      say: {{zh: 请按一。}}
      keys: {{"1": cards}}
      wait_for: 200ms
      attempts: 1
announcements:
  patience: {{zh: 请稍候，我们很快接听您的电话。}}
  all_busy: {{zh: 线路繁忙。}}
  technical_problem: {{zh: 请稍候。}}
trunks:
  carrier: {{match: ["127.0.0.1"]}}
limits: {{calls: 3000}}
pause_reasons: [break]
agents:
{people}
"""


def with_bench(files: dict[str, str], queues: list[int], phones_at: str, observer_secret: str) -> dict[str, str]:
    """The rendered files with what is measured against: queues with so many members, and who observes both.

    `phones_at` is the address and port of all phones. Raises AssertionError if the hotline's files are not as
    expected: a benchmark of something else would be worse than none.
    """
    added = dict(files)
    most = max(queues)
    added["queues.conf"] += "".join(_queue(members) for members in queues)
    added["extensions.conf"] += f'\n#include "{ADDED_DIALPLAN}"\n'
    added[ADDED_DIALPLAN] = _dialplan(files["dialplans/10-incoming.conf"], queues)
    added["manager.conf"] += _observer(observer_secret)
    # All phones are always there, so no registrations are measured.
    added["pjsip.conf"], contacts = re.subn(
        r"(?m)^\[(a\d{4})\]\ntype = aor$",
        lambda found: f"[{found[1]}]\ntype = aor\ncontact = sip:{found[1]}@{phones_at}",
        files["pjsip.conf"],
    )
    assert contacts >= most, f"{contacts} phones found for {most} members of a queue"
    return added


def new_secret() -> str:
    """A password for one run."""
    return secrets.token_hex(16)


def _queue(members: int) -> str:
    """The same agents as app_queue has them: as quick as it can be set, and the longest idle first, as ours."""
    lines = "".join(f"member => PJSIP/{name},0,{name},PJSIP/{name}\n" for name in agent_names(members))
    return f"""
[bench-{members}]
strategy = leastrecent
musicclass = default
timeout = 15
retry = 1
wrapuptime = 0
autofill = yes
ringinuse = no
joinempty = yes
leavewhenempty = no
announce-frequency = 0
announce-holdtime = no
announce-position = no
{lines}"""


def _dialplan(incoming: str, queues: list[int]) -> str:
    section = re.search(r"(?ms)^\[hl-incoming\]\n(.*?)(?=^\[)", incoming)
    assert section is not None, "the dialplan has no hl-incoming"
    direct = section[1].replace("Goto(hl-ivr,s,1)", "Goto(hl-wait,s,1)")
    assert direct != section[1], "hl-incoming leads no longer to hl-ivr"
    numbers = "".join(f"exten => {queue_number(members)},1,Goto(bench-queue,{members},1)\n" for members in queues)
    return f"""\
[hl-numbers]
exten => {DIRECT_NUMBER},1,Set(HL_DIALLED={DIRECT_NUMBER})
 same => n,Set(HL_LANE=${{HL_DEFAULT_LANE}})
 same => n,Set(HL_LANGUAGE=${{HL_DEFAULT_LANGUAGE}})
 same => n,Set(HL_MUSIC=default)
 same => n,Goto(bench-direct,s,1)
exten => {TOLD_NUMBER},1,Set(HL_DIALLED={TOLD_NUMBER})
 same => n,Set(HL_LANE=told)
 same => n,Set(HL_LANGUAGE=${{HL_DEFAULT_LANGUAGE}})
 same => n,Set(HL_MUSIC=default)
 same => n,Goto(bench-direct,s,1)
exten => {DIAL_NUMBER},1,Answer()
 same => n,Dial(PJSIP/a0001,15,igm)
 same => n,Hangup()
{numbers}
[bench-queue]
exten => _X!,1,Answer()
 same => n,Queue(bench-${{EXTEN}},ci)
 same => n,Hangup()

[bench-direct]
{direct}"""


def _observer(secret: str) -> str:
    filters = "".join(f"eventfilter(action(include),name({name})) =\n" for name in OBSERVED)
    return f"""
[{OBSERVER}]
secret = {secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = call
writetimeout = 5000
{filters}"""
