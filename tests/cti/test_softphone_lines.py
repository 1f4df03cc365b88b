"""Each agent gets his own line into his browser, and nobody else's; the secret of his SIP phone goes to no browser."""

from acd.core.names import AgentId, PhoneName
from cti.api.softphone import router
from cti.softphones import Softphones
from tests.cti.open_web import Web, browser, open_web
from tests.cti.small_hotline import ANNA, BEN, SmallHotline

SECRETS = {"anna": "a" * 32}


def lines(hotline: SmallHotline, url: str = "") -> Softphones:
    def phone_of(agent: AgentId) -> PhoneName | None:
        return hotline.policy.agents[agent].phone

    return Softphones(port=8088, url=url, phone_of=phone_of, secrets=SECRETS)


async def asked(web: Web, agent: AgentId | None) -> tuple[int, object]:
    async with browser(web) as someone:
        if agent is not None:
            await someone.log_in(agent)
        answer = await someone.get("/api/v1/softphone")
        return answer.status, answer.json()


async def test_an_agent_gets_his_own_line_and_nobody_elses() -> None:
    hotline = SmallHotline()
    softphones = lines(hotline)
    async with open_web(hotline, softphones=softphones, routers=[router(softphones)]) as web:
        mine, nobodys, strangers = await asked(web, ANNA), await asked(web, BEN), await asked(web, None)

    assert mine == (200, {"user": "anna-web", "password": "a" * 32, "url": "", "port": 8088, "path": "/ws"})
    assert nobodys == (404, {"error": "there is no softphone for you"})
    assert strangers == (401, {"error": "not logged in"})
    assert "a" * 32 not in repr(softphones)


async def test_behind_a_proxy_the_line_leads_there() -> None:
    hotline = SmallHotline()
    softphones = lines(hotline, "wss://hotline.bank.example/sip")
    async with open_web(hotline, softphones=softphones, routers=[router(softphones)]) as web:
        _, line = await asked(web, ANNA)
    assert isinstance(line, dict)
    assert line["url"] == "wss://hotline.bank.example/sip"
