"""The errors that a person can mend: each is told in one line, without a traceback."""

from acd.app.account import AccountRefused
from acd.app.call import CallRefused, NoSuchAgent
from acd.app.emergency import EmergencyRefused
from acd.app.home_lock import HomeTaken
from acd.app.ivr_try import TimeRefused
from acd.app.pin import PinRefused
from acd.app.run_file import NotRunning
from acd.app.settings import SettingsRefused
from acd.app.switches import SwitchesUnreadable
from acd.app.telling import ReloadRefused
from acd.app.up import UpRefused
from acd.asterisk.credentials import CredentialsUnreadable
from acd.asterisk.instance import CommandFailed, StartFailed
from acd.asterisk.obtain import NotObtainable
from acd.asterisk.render import RenderRefused
from acd.config import ConfigRefused
from acd.demo.phone import PhoneRefused
from acd.demo.sipp import SippFailed, SippMissing
from acd.journal.errors import JournalUnusable, UnknownRecord
from cti.desk_file import DeskUnusable
from cti.directory import DirectoryFault
from cti.web_server import WebFault
from ivr.agi_server import AgiPortTaken
from ivr.pin.ports import PinsUnusable
from ivr.prompts import PromptError

EXPECTED = (
    AccountRefused,
    AgiPortTaken,
    CallRefused,
    CommandFailed,
    ConfigRefused,
    CredentialsUnreadable,
    DeskUnusable,
    DirectoryFault,
    EmergencyRefused,
    HomeTaken,
    JournalUnusable,
    NoSuchAgent,
    NotObtainable,
    NotRunning,
    PhoneRefused,
    PinRefused,
    PinsUnusable,
    PromptError,
    ReloadRefused,
    RenderRefused,
    SettingsRefused,
    SippFailed,
    SippMissing,
    StartFailed,
    SwitchesUnreadable,
    TimeRefused,
    UnknownRecord,
    UpRefused,
    WebFault,
)


def of_a_file(error: OSError) -> str | None:
    """A file or folder that cannot be used, in one line; None for any other error of the system: it keeps its trace."""
    return f"{error.filename}: {error.strerror}" if error.filename and error.strerror else None
