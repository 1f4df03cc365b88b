"""The names that calls, agents and lanes go by.

Each is a string of its own type, so that mypy refuses a lane where an agent is meant. What may stand in such a
name is decided at the edge: agents, lanes, skills and phones match `[a-z][a-z0-9-]{0,31}` (acd.config), a call's
id is the Uniqueid that Asterisk gave the caller's channel (acd.asterisk).
"""

from typing import NewType

AgentId = NewType("AgentId", str)
CallId = NewType("CallId", str)
LaneName = NewType("LaneName", str)
LanguageName = NewType("LanguageName", str)
OfferId = NewType("OfferId", int)
PhoneName = NewType("PhoneName", str)
Skill = NewType("Skill", str)
VipClass = NewType("VipClass", str)
