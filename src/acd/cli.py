"""`hotline`: everything a person types. It reads what was typed, calls acd.app and turns errors into one line each."""

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from acd.app import (
    call,
    callbacks,
    check,
    console,
    diff,
    emergency,
    explain,
    floor,
    ivr_draw,
    ivr_try,
    kpi,
    pin,
    prompts,
    reload,
    render,
    replay,
    serve,
    surveys,
    up,
)
from acd.app.default_file import EXAMPLE, default_file
from acd.app.guarded import guarded
from acd.app.open_files import allow_many
from acd.asterisk.obtain import obtain
from acd.asterisk.places import cache_folder
from acd.cli_accounts import account_app
from acd.config import load, schema

Config = Annotated[Path, typer.Option("--config", help="The operator's settings.", show_default="the example bank's")]
MeantConfig = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="The operator's settings.",
        show_default="those of the hotline that runs in this home folder, else the example bank's",
    ),
]

app = typer.Typer(
    name="hotline",
    help="The call-routing brain of a telephone hotline, on top of Asterisk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
prompts_app = typer.Typer(help="What callers hear: look at it, make it.", no_args_is_help=True)
app.add_typer(prompts_app, name="prompts")
ivr_app = typer.Typer(help="The menus: look at them, walk them.", no_args_is_help=True)
app.add_typer(ivr_app, name="ivr")

pin_app = typer.Typer(help="The callers' PINs, which no command ever shows.", no_args_is_help=True)
app.add_typer(pin_app, name="pin")
PinCustomer = Annotated[
    str, typer.Argument(help="The customer's id, as the directory has it.", metavar="CUSTOMER", show_default=False)
]

app.add_typer(account_app, name="account")

kpi_app = typer.Typer(help="How well the hotline does, by the definitions of docs/kpi.md.", no_args_is_help=True)
app.add_typer(kpi_app, name="kpi")

emergency_app = typer.Typer(help="The lanes' emergency switches.", no_args_is_help=True)
app.add_typer(emergency_app, name="emergency")
EmergencyLane = Annotated[str, typer.Argument(help="The lane, as the settings name it.", metavar="LANE")]


@app.command(name="up")
def up_command(
    config: Config = EXAMPLE,
    demo: Annotated[bool, typer.Option("--demo", help="Run a small floor of scripted callers and agents.")] = False,
) -> None:
    """Start an Asterisk, the core and, with --demo, a small demo floor; Ctrl-C ends them all."""
    guarded(lambda: up.run(config, demo=demo))


@app.command(name="serve")
def serve_command(config: Config = EXAMPLE) -> None:
    """Run the core process against an Asterisk that runs already; what a service manager starts."""
    guarded(lambda: serve.run(config))


@app.command(name="floor", hidden=True)
def floor_command(config: Config = EXAMPLE) -> None:
    """Run the demo floor against the hotline that runs in this home folder."""
    guarded(lambda: floor.run(config))


@app.command(name="check")
def check_command(
    file: Annotated[Path | None, typer.Argument(help="The settings; the same as --config.", show_default=False)] = None,
    config: MeantConfig = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for machines.")] = False,
) -> None:
    """Say everything that is wrong with the settings, or odd; exit code 0 clean, 1 warnings, 2 errors."""
    sys.exit(guarded(lambda: check.run(file or config or _meant(quiet=as_json), as_json=as_json)))


@app.command(name="diff")
def diff_command(
    old: Annotated[Path, typer.Argument(help="The settings as they are.")],
    new: Annotated[Path, typer.Argument(help="The settings as they shall be.")],
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for machines.")] = False,
) -> None:
    """Say what changes, and for whom; exit code 0 nothing, 1 something, 2 a file is refused."""
    sys.exit(guarded(lambda: diff.run(old, new, as_json=as_json)))


@app.command(name="reload")
def reload_command() -> None:
    """Let changed settings come into force in the hotline of this home folder; exit code 0, 1 warnings, 2 refused."""
    sys.exit(guarded(reload.run))


@app.command(name="schema")
def schema_command() -> None:
    """Print the JSON Schema of the settings, for editors."""
    console.print_json(schema())


@app.command(name="render")
def render_command(
    out: Annotated[Path, typer.Option("--out", help="The folder for Asterisk's settings files.")],
    config: Config = EXAMPLE,
    trial: Annotated[
        bool,
        typer.Option("--trial/--no-trial", help="Let a scratch Asterisk load the files before they are installed."),
    ] = True,
) -> None:
    """Write Asterisk's settings, prompts and music from the operator's file."""
    guarded(lambda: render.run(config, out, try_out=trial))


@app.command(name="explain")
def explain_command(
    call: Annotated[
        str | None,
        typer.Argument(help="The call's id, such as hotline-1795318465.12; the last calls if none is named."),
    ] = None,
    journal: Annotated[Path | None, typer.Option(help="The journal's file; else that of this home folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for machines.")] = False,
) -> None:
    """Tell why a call waited, second by second, and why it was offered to whom; also after a restart."""
    sys.exit(guarded(lambda: explain.run(call, journal, as_json=as_json)))


@app.command(name="callbacks")
def callbacks_command(
    config: MeantConfig = None,
    journal: Annotated[Path | None, typer.Option(help="The journal's file; else that of this home folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """List who was told that he will be called back, with the number, for whoever calls them."""
    sys.exit(guarded(lambda: callbacks.run(load(config or _meant(quiet=True)), journal, as_json=as_json)))


@app.command(name="surveys")
def surveys_command(
    journal: Annotated[Path | None, typer.Option(help="The journal's file; else that of this home folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for machines.")] = False,
) -> None:
    """Tell what callers said of how they were served, by lane and agent."""
    sys.exit(guarded(lambda: surveys.run(journal, as_json=as_json)))


@kpi_app.command(name="first-line")
def kpi_first_line_command(
    days: Annotated[
        int, typer.Option("--days", min=1, max=366, help="How many days of calls, before the last seven.")
    ] = kpi.DAYS,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Tell which share of the calls the first line settled, by lane, and why the others were not."""
    sys.exit(guarded(lambda: kpi.first_line(days, as_json=as_json)))


@emergency_app.command(name="on")
def emergency_on_command(lane: EmergencyLane, config: MeantConfig = None) -> None:
    """Send everybody of a lane where its `when_emergency` says, from this moment on, until it is turned off."""
    sys.exit(guarded(lambda: emergency.turn(lane, on=True, settings=config or _meant(quiet=True))))


@emergency_app.command(name="off")
def emergency_off_command(lane: EmergencyLane, config: MeantConfig = None) -> None:
    """Serve the lane again."""
    sys.exit(guarded(lambda: emergency.turn(lane, on=False, settings=config or _meant(quiet=True))))


@emergency_app.command(name="list")
def emergency_list_command(
    config: MeantConfig = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Say which lanes have an emergency switch, and which are on."""
    sys.exit(guarded(lambda: emergency.show(config or _meant(quiet=True), as_json=as_json)))


@app.command(name="replay")
def replay_command(
    verify: Annotated[bool, typer.Option("--verify", help="Decide everything again and compare.")] = False,
    journal: Annotated[Path | None, typer.Option(help="The journal's file; else that of this home folder.")] = None,
) -> None:
    """Read the journal: what is in it and, with --verify, whether the same code decides the same again."""
    sys.exit(guarded(lambda: replay.run(journal, compare=verify)))


@app.command(name="call")
def call_command(
    number: Annotated[str, typer.Argument(help="The number to dial, such as 95555.")],
    keys: Annotated[str, typer.Option(help="Keys to press, 1.5 s apart; a comma waits 5 s more.")] = "21",
    caller: Annotated[
        str, typer.Option("--from", help="Whose number the call seems to come from; anonymous for one who hides it.")
    ] = "13812345678",
    hold: Annotated[float, typer.Option(help="Seconds until the caller hangs up.")] = 60.0,
) -> None:
    """Place a call to the hotline that runs in this home folder, and tell how it goes; exit code 1 if not answered."""
    if not guarded(lambda: call.place(number, keys=keys, caller=caller, hold=hold)):
        sys.exit(1)


@app.command(name="phone")
def phone_command(
    agent: Annotated[str, typer.Argument(help="Whose phone, such as anna; or customer: everybody who is called back.")],
    answer_after: Annotated[float, typer.Option(help="Seconds the phone rings before it is answered.")] = 2.0,
    talk: Annotated[float, typer.Option(help="Seconds until the agent hangs up; 0 leaves that to the caller.")] = 0.0,
) -> None:
    """Be the phone of an agent, or of customers who are called back, and answer what rings, until Ctrl-C."""
    guarded(lambda: call.answer(agent, answer_after=answer_after, talk=talk))


@ivr_app.command(name="draw")
def ivr_draw_command(
    config: Config = EXAMPLE,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file for the picture (SVG); else it is printed.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="The language of its words.", show_default="the default language")
    ] = None,
) -> None:
    """Draw all menus as one picture: numbers, menus, steps, keys, and where they lead."""
    guarded(lambda: ivr_draw.run(config, out, language))


@ivr_app.command(name="try")
def ivr_try_command(
    config: Config = EXAMPLE,
    number: Annotated[
        str | None, typer.Option("--number", help="The number that is dialled.", show_default="the first one")
    ] = None,
    caller: Annotated[
        str, typer.Option("--from", help="Whose number the call seems to come from; empty for one who hides it.")
    ] = "13812345678",
    language: Annotated[
        str | None, typer.Option("--language", help="The language he has chosen already.", show_default="none")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", help="When he calls, by the hotline's clocks: 10:00, or 2026-12-24 10:00.", show_default="now"
        ),
    ] = None,
) -> None:
    """Walk the menus in the terminal: read what callers hear, type the keys, see where the caller goes."""
    guarded(lambda: ivr_try.run(config, number, caller, language, at))


@prompts_app.command(name="list")
def prompts_list_command(
    config: Config = EXAMPLE,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for machines.")] = False,
) -> None:
    """List every prompt: recorded, synthetic or missing, how long and how loud; exit code 1 if one is not good."""
    sys.exit(guarded(lambda: prompts.show(config, as_json=as_json)))


@prompts_app.command(name="build")
def prompts_build_command(
    config: Config = EXAMPLE,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="A folder for all sounds and the music; without it they are only made ready."),
    ] = None,
) -> None:
    """Speak the prompts that are neither recorded nor spoken yet."""
    guarded(lambda: prompts.build(config, out))


@pin_app.command(name="set")
def pin_set_command(
    customer: PinCustomer,
    from_input: Annotated[bool, typer.Option("--stdin", help="Read one line instead of asking twice.")] = False,
    config: MeantConfig = None,
) -> None:
    """Give a customer a PIN; also lets him try again at once."""
    guarded(lambda: pin.set_pin(load(config or _meant(quiet=True)), customer, from_input=from_input))


@pin_app.command(name="code")
def pin_code_command(customer: PinCustomer, config: MeantConfig = None) -> None:
    """Make a one-time code with which a customer sets his PIN by telephone."""
    guarded(lambda: pin.give_code(load(config or _meant(quiet=True)), customer))


@pin_app.command(name="unlock")
def pin_unlock_command(customer: PinCustomer) -> None:
    """Let a customer who is locked try again at once."""
    guarded(lambda: pin.unlock(customer))


@pin_app.command(name="remove")
def pin_remove_command(customer: PinCustomer, config: MeantConfig = None) -> None:
    """Take a customer's PIN and one-time code away."""
    guarded(lambda: pin.remove(load(config or _meant(quiet=True)), customer))


@pin_app.command(name="list")
def pin_list_command(config: MeantConfig = None) -> None:
    """Say who has a PIN or a one-time code, and who is locked."""
    guarded(lambda: pin.show(load(config or _meant(quiet=True))))


@app.command(name="fetch-asterisk", hidden=True)
def fetch_asterisk_command() -> None:
    """Find an Asterisk, or put a private one into the cache folder."""
    found = guarded(lambda: obtain(cache_folder(dict(os.environ)), console.step))
    console.say(f"Asterisk {found.version}: {found.origin}")


def _meant(*, quiet: bool) -> Path:
    file, which = default_file(EXAMPLE, os.environ)
    if not quiet:
        console.step(which)
    return file


def main() -> None:
    """The entry point of the `hotline` command."""
    allow_many()
    # Whoever was started in the background of a script has inherited a deaf ear for Ctrl-C; ours must always end us.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    app()


if __name__ == "__main__":
    main()
