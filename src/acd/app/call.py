"""`hotline call` and `hotline phone`: a caller, an agent's phone and a customer's, for people without a softphone."""

from pathlib import Path

from acd.app import console, run_file
from acd.app.settings import home_folder
from acd.core.instants import seconds
from acd.demo.caller import place_call
from acd.demo.phone import Phone, run_outside, run_phone
from acd.demo.sipp import Server

LOOPBACK = "127.0.0.1"
CUSTOMER = "customer"
"""Who is meant by this name, unless an agent has it: everybody outside whom the hotline calls."""


class NoSuchAgent(Exception):
    """Nobody of this name works here; one line says who does."""


class CallRefused(Exception):
    """A call that cannot be placed as it was asked for; one line says why."""


async def place(number: str, *, keys: str, caller: str, hold: float) -> bool:
    """Place one call and tell how it goes; True when the hotline answered. Raises CallRefused.

    `hold` is how many seconds the caller stays at most.
    """
    server = _server(run_file.read(home_folder()))
    try:
        return await place_call(server, number, keys, caller, seconds(hold), console.say)
    except ValueError as error:
        raise CallRefused(str(error)) from None


async def answer(agent: str, *, answer_after: float, talk: float) -> None:
    """Be an agent's phone, or every customer's, until Ctrl-C or the hotline's end. Raises NoSuchAgent, CallRefused."""
    home = home_folder()
    run = run_file.read(home)
    accounts = {account["agent"]: account for account in run["accounts"]}
    if agent not in accounts and agent == CUSTOMER:
        await _be_called_back(home, run, answer_after=answer_after, talk=talk)
        return
    if agent not in accounts:
        raise NoSuchAgent(f"no agent {agent!r}; there are {', '.join(accounts)}; or be a {CUSTOMER} who is called back")
    phone = Phone(
        accounts[agent]["phone"],
        accounts[agent]["sip_secret"],
        answer_after=seconds(answer_after),
        hangs_up_after=seconds(talk) if talk else None,
    )
    console.say(f"{agent}'s phone registers. It rings when she is ready: log in at {run['http']}/ (Ctrl-C ends this)")
    await run_phone(_server(run), phone, console.say, gone=lambda: _has_ended(home, run))


async def _be_called_back(home: Path, run: run_file.Run, *, answer_after: float, talk: float) -> None:
    carrier = run["carrier"]
    if carrier is None or carrier["host"] != LOOPBACK:
        where = "nobody" if carrier is None else f"its carrier at {carrier['host']}"
        raise CallRefused(f"this hotline calls {where}, so nobody here can answer; name {LOOPBACK} in a trunk's match")
    phone = Phone(CUSTOMER, "", answer_after=seconds(answer_after), hangs_up_after=seconds(talk) if talk else None)
    console.say(f"answers whom the hotline calls at {carrier['host']}:{carrier['port']} (Ctrl-C ends this)")
    outside = Server(carrier["host"], carrier["port"])
    await run_outside(_server(run), outside, phone, console.say, gone=lambda: _has_ended(home, run))


def _has_ended(home: Path, run: run_file.Run) -> bool:
    """Whether the hotline of `run` is gone; while its Asterisk is left over, phones are still registered there."""
    try:
        now = run_file.read(home)
    except run_file.NotRunning:
        return True
    pids = [pid for pid in now["pids"].values() if pid is not None]
    started_again = now["pids"].get("up") != run["pids"].get("up")
    return started_again or (bool(pids) and not any(Path(f"/proc/{pid}").exists() for pid in pids))


def _server(run: run_file.Run) -> Server:
    return Server(run["sip"]["host"], run["sip"]["port"])
