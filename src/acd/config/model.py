"""What an operator writes, as frozen values: one class for each section of the settings file.

These say what may stand in one place; whether places agree with each other is checked in references.py. All
times are milliseconds, all shares fractions. A value can be trusted to hold what its type says and nothing
more.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    StrictBool,
    StrictInt,
    WithJsonSchema,
    field_serializer,
)

from acd.config.faults import Fault
from acd.config.fields import (
    Address,
    AgentRef,
    FilePath,
    Host,
    LaneRef,
    LanguageRef,
    Level,
    Name,
    Number,
    PhoneRef,
    Port,
    Section,
    Share,
    Shown,
    SkillName,
    Time,
    VipRef,
    Voice,
    WaitTime,
)
from acd.config.menus import Menu, Texts
from acd.config.needs import parse_needs
from acd.core.names import AgentId, Skill, VipClass
from acd.core.policy import Agent, Lane, Need, Policy, Vip


class NumberConfig(Section):
    """A number that callers dial, and the menu they hear."""

    menu: Name


class LanguageConfig(Section):
    """A language callers may choose: the skill its agents have, and the voice that reads its texts."""

    name: Shown
    voice: Voice
    skill: SkillName


Needs = Annotated[
    tuple[Need, ...],
    BeforeValidator(parse_needs),
    WithJsonSchema({"type": "string", "examples": ["cards >= 3"]}),
]


class LaneConfig(Section):
    """One queue of calls for the same product."""

    name: Annotated[Mapping[LanguageRef, Shown], Field(min_length=1)]
    needs: Needs
    ring_for: WaitTime = 15_000
    wrap_up: Time = 0

    @field_serializer("needs")
    def _needs_as_pairs(self, needs: tuple[Need, ...]) -> list[tuple[str, int]]:
        return [(need.skill, need.level) for need in needs]


class FallbackConfig(Section):
    """The static queue that answers when our process does not."""

    phones: Annotated[tuple[PhoneRef, ...], Field(min_length=1, max_length=50)]


class VipSigns(Section):
    """How a caller of a class is known: by the directory's tier, by the number he dialled, or by either."""

    customer_tier: Name | None = None
    dialled: Annotated[tuple[Number, ...], Field(max_length=50)] = ()


class VipConfig(Section):
    """A class of callers who are served as if they had waited longer by `credit`."""

    recognised_by: VipSigns
    credit: Time


class Announcements(Section):
    """What the dialplan says by itself, with no help from our process."""

    all_busy: Texts
    technical_problem: Texts


class TrunkConfig(Section):
    """Where calls come from: the addresses of a carrier."""

    match: Annotated[tuple[Address, ...], Field(min_length=1, max_length=50)]


class Limits(Section):
    """What is let in at most; beyond it a caller hears `all_busy`."""

    calls: Annotated[StrictInt, Field(ge=1, le=10_000)] = 200


class AgentConfig(Section):
    """A person who answers calls: the phone, and each skill with its level."""

    name: Shown
    phone: PhoneRef
    skills: Annotated[Mapping[SkillName, Level], Field(min_length=1, max_length=100)]


class ServiceLevel(Section):
    """The promise: `target` of all calls answered within `answer_within`."""

    answer_within: Time = 15_000
    target: Share = 0.85
    short_abandon: Time = 5_000


class CoolDown(Section):
    """How long an agent is left alone after an offer failed. One who does not answer is paused instead."""

    busy: Time = 5_000
    declined: Time = 5_000
    unreachable: Time = 10_000
    failed: Time = 5_000


class MqttConfig(Section):
    """A broker that hears of everything. No such section, no MQTT."""

    host: Host
    port: Port = 1883
    username: Shown | None = None
    password_file: FilePath | None = None
    tls: StrictBool = False


class JournalConfig(Section):
    """Where the record of what went in is kept, and for how long. Without `file`: in the home folder."""

    file: FilePath | None = None
    keep_days: Annotated[StrictInt, Field(ge=1, le=3_660)] = 35


class AsteriskConfig(Section):
    """How the switch is reached when it is not the one that `hotline up` starts. It runs on the same machine: neither
    the manager interface nor FastAGI is encrypted, so both stay on loopback."""

    ami_port: Port = 5038
    ami_user: Name = "hotline"
    ami_secret_file: FilePath
    agi_port: Port = 4573


class HotlineConfig(Section):
    """A hotline as its operator described it."""

    numbers: Annotated[Mapping[Number, NumberConfig], Field(min_length=1, max_length=200)]
    languages: Annotated[Mapping[LanguageRef, LanguageConfig], Field(min_length=1, max_length=9)]
    lanes: Annotated[Mapping[LaneRef, LaneConfig], Field(min_length=1, max_length=200)]
    default_lane: LaneRef
    default_language: LanguageRef
    fallback: FallbackConfig
    vip: Annotated[Mapping[VipRef, VipConfig], Field(max_length=50)] = Field(default_factory=dict)
    customers: FilePath | None = None
    menus: Annotated[Mapping[Name, Menu], Field(min_length=1, max_length=200)]
    announcements: Announcements
    trunks: Annotated[Mapping[Name, TrunkConfig], Field(max_length=50)] = Field(default_factory=dict)
    limits: Limits = Limits()
    agents: Annotated[Mapping[AgentRef, AgentConfig], Field(min_length=1, max_length=5_000)]
    pause_reasons: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    service_level: ServiceLevel = ServiceLevel()
    cool_down: CoolDown = CoolDown()
    mqtt: MqttConfig | None = None
    journal: JournalConfig = JournalConfig()
    asterisk: AsteriskConfig | None = None

    _folder: Path = PrivateAttr(default_factory=Path)
    _warnings: tuple[Fault, ...] = PrivateAttr(default=())

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What is allowed but probably not meant, in the order of the file."""
        return self._warnings

    @property
    def version(self) -> str:
        """Twelve hex digits that name these settings; comments and the order of lanes do not change them."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        order = json.dumps([list(self.vip), list(self.languages)])
        return hashlib.sha256(f"{text}{order}".encode()).hexdigest()[:12]

    def path_of(self, written: str) -> Path:
        """A path in the settings as one of this machine's: relative to the settings file's folder."""
        return self._folder / written

    @property
    def customers_file(self) -> Path | None:
        """Where the customer directory is, or None for a hotline that knows nobody."""
        return None if self.customers is None else self.path_of(self.customers)

    def policy(self) -> Policy:
        """What the core is told of this hotline."""
        return Policy(
            version=self.version,
            lanes={name: Lane(name, lane.needs, lane.ring_for, lane.wrap_up) for name, lane in self.lanes.items()},
            agents={name: _agent(name, agent) for name, agent in self.agents.items()},
            languages={name: (Need(Skill(language.skill)),) for name, language in self.languages.items()},
            default_lane=self.default_lane,
            default_language=self.default_language,
            vip=tuple(_vip(name, vip) for name, vip in self.vip.items()),
            answer_within=self.service_level.answer_within,
            short_abandon=self.service_level.short_abandon,
            cool_down=self.cool_down.model_dump(),
            pause_reasons=self.pause_reasons,
        )


def _agent(name: AgentId, agent: AgentConfig) -> Agent:
    skills = {Skill(skill): level for skill, level in agent.skills.items()}
    return Agent(id=name, name=agent.name, phone=agent.phone, skills=skills)


def _vip(name: VipClass, vip: VipConfig) -> Vip:
    signs = vip.recognised_by
    tiers = frozenset({signs.customer_tier} if signs.customer_tier else ())
    return Vip(name=name, credit=vip.credit, customer_tiers=tiers, dialled=frozenset(signs.dialled))


def schema() -> dict[str, Any]:
    """The JSON Schema of a settings file, for editors."""
    found = HotlineConfig.model_json_schema()
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found["title"] = "Hotline's settings"
    return found
