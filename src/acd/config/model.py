"""What an operator writes, as frozen values: one class for each section of the settings file.

These say what may stand in one place; whether places agree with each other is checked in references.py. All
times are milliseconds, all shares fractions. A value can be trusted to hold what its type says and nothing
more.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, PrivateAttr, StrictBool, StrictInt, StrictStr, WithJsonSchema

from acd.config.access import AuditConfig, OidcConfig, SessionsConfig, Staff, WebConfig
from acd.config.caller_side import Adverts, CallbacksConfig, PinConfig, Surveys
from acd.config.directory import DirectoryConfig
from acd.config.faults import Fault
from acd.config.fields import (
    Address,
    AgentRef,
    AnnouncementName,
    FilePath,
    Host,
    LaneRef,
    LanguageRef,
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
    at_least,
)
from acd.config.hours import CalendarConfig
from acd.config.lanes import AgentChoiceName, CallChoiceName, LaneConfig
from acd.config.menus import Menu, Texts
from acd.config.people import AgentConfig, PauseReasons, ReserveConfig, Shifts, VipConfig
from acd.config.references import REQUIRED_ANNOUNCEMENTS
from acd.config.second_line import AuthorityConfig, TicketsConfig
from acd.config.time_zone import UTC_NAME, ZONE_PATTERN, parse_zone, utc_offsets
from acd.config.wrapping_up import ContactsConfig
from acd.core.names import LaneName
from acd.core.policy import AgentChoice, CallChoice, Policy

_IN_THE_POLICY = frozenset(
    {"vip", "agents", "pause_reasons", "service_level", "cool_down", "no_answer", "routing", "calendars", "reserves"}
    | {"time_zone", "lanes"}
)
"""Sections whose meaning is that of the policy made of them."""
_NOT_FOR_CALLS = frozenset({"shifts", "tiers", "contacts", "staff", "sessions", "audit", "web", "oidc"})
"""Sections that change nothing for callers, nor for what agents are offered."""


class NumberConfig(Section):
    """A number that callers dial, and the menu they hear."""

    menu: Name


class LanguageConfig(Section):
    """A language callers may choose: the skill its agents have, and the voice that reads its texts."""

    name: Shown
    voice: Voice
    skill: SkillName


class FallbackConfig(Section):
    """The static queue that answers when our process does not."""

    phones: Annotated[tuple[PhoneRef, ...], Field(min_length=1, max_length=50)]


class TrunkConfig(Section):
    """Where calls come from: the addresses of a carrier."""

    match: Annotated[tuple[Address, ...], Field(min_length=1, max_length=50)]
    port: Annotated[StrictInt, Field(ge=1, le=65_535)] = 5060
    """Where it is called, when callers are connected to a number outside or called back; its calls come from any."""


class Limits(Section):
    """What is let in at most; beyond it a caller hears `all_busy`."""

    calls: Annotated[StrictInt, Field(ge=1, le=10_000)] = 200


class ServiceLevel(Section):
    """The promise: `target` of all calls answered within `answer_within`, looked at over the last `window`."""

    answer_within: Time = 15_000
    target: Share = 0.85
    short_abandon: Time = 5_000
    window: Annotated[Time, at_least(60_000, "1m")] = 1_800_000
    budget_from: Annotated[StrictInt, Field(ge=1, le=10_000)] = 20


class RoutingConfig(Section):
    """Which call a freed agent takes, and which idle agent takes a call."""

    choose_call: CallChoiceName = CallChoice.LONGEST_WAITING
    choose_agent: AgentChoiceName = AgentChoice.FEWEST_SKILLS


class CoolDown(Section):
    """How long an agent is left alone after an offer failed; for one who does not answer, see `no_answer`."""

    busy: Time = 5_000
    declined: Time = 5_000
    unreachable: Time = 10_000
    failed: Time = 5_000


class NoAnswerConfig(Section):
    """What becomes of an agent who does not answer: left alone for `cool_down`, then paused after some calls."""

    pause_after: Annotated[StrictInt, Field(ge=1, le=10)] = 1
    cool_down: Time = 10_000


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


ZoneName = Annotated[
    StrictStr,
    AfterValidator(parse_zone),
    WithJsonSchema({"type": "string", "pattern": ZONE_PATTERN, "examples": ["Asia/Shanghai", "UTC"]}),
]
Announcements = Annotated[
    Mapping[AnnouncementName, Texts],
    Field(max_length=50, json_schema_extra={"required": list(REQUIRED_ANNOUNCEMENTS)}),
]
"""What callers hear besides the menus; the dialplan says the required two by itself, with no help from our process."""


class HotlineConfig(Section):
    """A hotline as its operator described it."""

    time_zone: ZoneName = UTC_NAME
    numbers: Annotated[Mapping[Number, NumberConfig], Field(min_length=1, max_length=200)]
    languages: Annotated[Mapping[LanguageRef, LanguageConfig], Field(min_length=1, max_length=9)]
    lanes: Annotated[Mapping[LaneRef, LaneConfig], Field(min_length=1, max_length=200)]
    default_lane: LaneRef
    default_language: LanguageRef
    fallback: FallbackConfig
    routing: RoutingConfig = RoutingConfig()
    calendars: Annotated[Mapping[Name, CalendarConfig], Field(max_length=50)] = Field(default_factory=dict)
    vip: Annotated[Mapping[VipRef, VipConfig], Field(max_length=50)] = Field(default_factory=dict)
    reserves: Annotated[Mapping[Name, ReserveConfig], Field(max_length=50)] = Field(default_factory=dict)
    customers: FilePath | None = None
    directory: DirectoryConfig | None = None
    tiers: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    """Tiers of customers besides those of VIP classes, so that `needs` and `when` may ask about them."""
    menus: Annotated[Mapping[Name, Menu], Field(min_length=1, max_length=200)]
    announcements: Announcements
    overflow_numbers: Annotated[tuple[Number, ...], Field(max_length=50)] = ()
    transfer_numbers: Annotated[Mapping[Name, Number], Field(max_length=50)] = Field(default_factory=dict)
    """Numbers outside to which agents may send callers, by the names that agents see."""
    trunks: Annotated[Mapping[Name, TrunkConfig], Field(max_length=50)] = Field(default_factory=dict)
    limits: Limits = Limits()
    agents: Annotated[Mapping[AgentRef, AgentConfig], Field(min_length=1, max_length=5_000)]
    shifts: Annotated[Mapping[AgentRef, Shifts], Field(max_length=5_000)] = Field(default_factory=dict)
    pause_reasons: PauseReasons = Field(default_factory=dict)
    service_level: ServiceLevel = ServiceLevel()
    cool_down: CoolDown = CoolDown()
    no_answer: NoAnswerConfig = NoAnswerConfig()
    adverts: Adverts = Field(default_factory=dict)
    surveys: Surveys = Field(default_factory=dict)
    pin: PinConfig | None = None
    callbacks: CallbacksConfig | None = None
    tickets: TicketsConfig = TicketsConfig()
    authority: AuthorityConfig = AuthorityConfig()
    contacts: ContactsConfig = ContactsConfig()
    mqtt: MqttConfig | None = None
    journal: JournalConfig = JournalConfig()
    staff: Staff = Field(default_factory=dict)
    sessions: SessionsConfig = SessionsConfig()
    audit: AuditConfig = AuditConfig()
    web: WebConfig = WebConfig()
    oidc: OidcConfig | None = None
    asterisk: AsteriskConfig | None = None

    _folder: Path = PrivateAttr(default_factory=Path)
    _warnings: tuple[Fault, ...] = PrivateAttr(default=())
    _emergencies: frozenset[LaneName] = PrivateAttr(default=frozenset())

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What is allowed but probably not meant, in the order of the file."""
        return self._warnings

    def with_emergencies(self, lanes: Iterable[LaneName]) -> Self:
        """The same settings with the emergency switches of these lanes on, and of all others off."""
        switched = self.model_copy()
        switched._emergencies = frozenset(lanes)  # noqa: SLF001 - set once here, before anybody has seen it.
        return switched

    @property
    def version(self) -> str:
        """Twelve hex digits that name what these settings mean for callers and agents.

        Comments, the order of lanes, another way to write the same, the tiers that are only named, who works when, and
        who may log in do not change them.
        """
        policy = self._policy("")
        parts = [
            self.model_dump(mode="json", exclude={*_IN_THE_POLICY, *_NOT_FOR_CALLS}),
            {name: [lane.name, str(lane.when_emergency), *lane.for_agents()] for name, lane in self.lanes.items()},
            dataclasses.asdict(policy),
            [list(policy.languages), list(policy.pause_reasons), list(self.tickets.queues)],
            {name: agent.grade for name, agent in self.agents.items() if agent.grade},
        ]
        text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=sorted)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def path_of(self, written: str) -> Path:
        """A path in the settings as one of this machine's: relative to the settings file's folder."""
        return self._folder / written

    @property
    def customers_file(self) -> Path | None:
        """Where the customer directory is, or None for a hotline that knows nobody."""
        return None if self.customers is None else self.path_of(self.customers)

    def policy(self) -> Policy:
        """What the core is told of this hotline."""
        return self._policy(self.version)

    def _policy(self, version: str) -> Policy:
        assert isinstance(self.pause_reasons, Mapping), "a list was turned into a mapping when it was validated"
        return Policy(
            version=version,
            lanes={name: lane.lane(name, emergency=name in self._emergencies) for name, lane in self.lanes.items()},
            agents={name: agent.agent(name) for name, agent in self.agents.items()},
            languages={name: language.skill for name, language in self.languages.items()},
            default_lane=self.default_lane,
            default_language=self.default_language,
            vip=tuple(vip.vip(name) for name, vip in self.vip.items()),
            choose_call=self.routing.choose_call,
            choose_agent=self.routing.choose_agent,
            reserves=tuple(reserve.reserve(name) for name, reserve in sorted(self.reserves.items())),
            calendars={name: calendar.calendar(name) for name, calendar in self.calendars.items()},
            utc_offsets=utc_offsets(self.time_zone),
            target=round(self.service_level.target * 100),
            answer_within=self.service_level.answer_within,
            window=self.service_level.window,
            budget_from=self.service_level.budget_from,
            short_abandon=self.service_level.short_abandon,
            cool_down={"no_answer": self.no_answer.cool_down, **self.cool_down.model_dump()},
            callbacks=None if self.callbacks is None else self.callbacks.callbacks(self.numbers),
            surveys=tuple(survey.survey(name) for name, survey in self.surveys.items()),
            pause_after_misses=self.no_answer.pause_after,
            pause_reasons=self.pause_reasons,
            transfer_numbers=self.transfer_numbers,
        )


def schema() -> dict[str, Any]:
    """The JSON Schema of a settings file, for editors."""
    found = HotlineConfig.model_json_schema()
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found["title"] = "Hotline's settings"
    return found
