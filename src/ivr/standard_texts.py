"""The texts that no settings file has to write: what callers hear of keys, entries, PINs, surveys and callbacks.

An operator may say them otherwise, by an announcement of the same name (`invalid_key` for `invalid-key`) or by a
recording. Each is made only for a hotline that needs it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from acd.config.menus import Collect, PinChange, PinEntry
from acd.config.model import HotlineConfig

Needed: TypeAlias = Callable[[HotlineConfig], bool]


@dataclass(frozen=True, slots=True)
class StandardText:
    """What is said, by family of languages, and which hotlines need it."""

    by_family: Mapping[str, str]
    needed: Needed


def always(_config: HotlineConfig) -> bool:
    """For what every hotline may have to say."""
    return True


def collects(config: HotlineConfig) -> bool:
    """Whether callers are asked for a number."""
    return any(isinstance(step, Collect) for steps in config.menus.values() for step in steps)


def verifies(config: HotlineConfig) -> bool:
    """Whether callers may be asked for their PIN, in a menu or by an agent."""
    asks = (isinstance(step, PinEntry | PinChange) for steps in config.menus.values() for step in steps)
    return config.pin is not None or any(asks)


def surveys(config: HotlineConfig) -> bool:
    """Whether callers may be asked how they were served."""
    return bool(config.surveys)


def calls_back(config: HotlineConfig) -> bool:
    """Whether waiting callers may ask to be called back."""
    offers = any(step.offer_callback for lane in config.lanes.values() for step in lane.steps)
    return config.callbacks is not None or offers


def reads_digits(config: HotlineConfig) -> bool:
    """Whether a number is read to a caller digit by digit."""
    return collects(config) or calls_back(config)


def _standard(needed: Needed, zh: str, en: str) -> StandardText:
    return StandardText({"zh": zh, "en": en}, needed)


STANDARD_TEXTS: Mapping[str, StandardText] = {
    "invalid-key": _standard(
        always,
        "对不起，您的按键有误，请重新选择。",
        "Sorry, that is not one of the choices. Please try again.",
    ),
    "entry-too-short": _standard(
        collects,
        "对不起，您输入的号码不完整，请重新输入。",
        "Sorry, that number is not complete. Please enter it again.",
    ),
    "collect-entered": _standard(collects, "您输入的是", "You have entered"),
    "collect-confirm": _standard(
        collects,
        "正确请按一，重新输入请按二。",
        "If this is right, press one. To enter it again, press two.",
    ),
    "survey-thanks": _standard(surveys, "感谢您的反馈。", "Thank you for your feedback."),
    "callback-number": _standard(calls_back, "您来电的号码是", "You are calling from"),
    "callback-confirm": _standard(
        calls_back,
        "用这个号码回电请按一，换一个号码请按二。",
        "To be called back at this number, press one. For another number, press two.",
    ),
    "callback-enter": _standard(
        calls_back,
        "请输入回电号码，按井号键结束。",
        "Please enter the number at which we shall call you, and end with the hash key.",
    ),
    "callback-entered": _standard(calls_back, "您输入的号码是", "The number you have entered is"),
    "callback-not-allowed": _standard(
        calls_back,
        "很抱歉，我们无法拨打这个号码。",
        "We are sorry, we cannot call that number.",
    ),
    "callback-not-wanted": _standard(
        calls_back,
        "好的，请您继续等候。",
        "All right. Please stay on the line.",
    ),
    "callback-welcome": _standard(
        calls_back,
        "您好，这里是您预约的回电，正在为您接通，请稍候。",
        "Hello, this is the call that you asked for. One moment, please; we are connecting you.",
    ),
    "pin-enter": _standard(
        verifies,
        "请在听到提示音后输入您的密码，按井号键结束。提示音用于保护您的密码；输错请按星号键重新输入。",
        "When you hear the tones, please enter your PIN, then press hash. "
        "The tones keep your PIN safe. To start again, press star.",
    ),
    "pin-customer": _standard(
        verifies,
        "请输入您的客户号，按井号键结束。",
        "Please enter your customer number, then press hash.",
    ),
    "pin-short": _standard(
        verifies,
        "您输入的位数不对，请重新输入。",
        "That does not have the right number of digits. Please try again.",
    ),
    "pin-wrong": _standard(
        verifies,
        "客户号或密码不正确，请重新输入。",
        "The customer number or the PIN is not right. Please try again.",
    ),
    "pin-not-verified": _standard(
        verifies,
        "您的身份未能核实，将由人工为您核实。",
        "We could not verify you. A person will do it.",
    ),
    "pin-locked": _standard(
        verifies,
        "由于多次输入，现在不能再输入密码，将由人工为您核实。",
        "There were too many attempts, so no PIN can be entered now. A person will verify you.",
    ),
    "pin-unavailable": _standard(
        verifies,
        "暂时无法核实密码，将由人工为您核实。",
        "Your PIN cannot be checked at the moment. A person will verify you.",
    ),
    "pin-moment": _standard(verifies, "正在核实，请稍候。", "One moment, please."),
    "pin-verified": _standard(verifies, "谢谢，您的身份已核实。", "Thank you. You are verified."),
    "pin-code": _standard(
        verifies,
        "请在听到提示音后输入您收到的一次性开通码，按井号键结束。",
        "When you hear the tones, please enter the one-time code that you were given, then press hash.",
    ),
    "pin-new": _standard(
        verifies,
        "请在听到提示音后设置新密码，按井号键结束。",
        "When you hear the tones, please enter your new PIN, then press hash.",
    ),
    "pin-again": _standard(
        verifies,
        "请再次输入新密码，按井号键结束。",
        "Please enter the new PIN once more, then press hash.",
    ),
    "pin-differs": _standard(
        verifies,
        "两次输入的密码不一致，请重新设置。",
        "The two were not the same. Please start again.",
    ),
    "pin-too-plain": _standard(
        verifies,
        "这个密码太简单，请换一个。",
        "That PIN is too easy to guess. Please choose another.",
    ),
    "pin-changed": _standard(verifies, "您的新密码已生效。", "Your new PIN is now in force."),
    "pin-not-changed": _standard(
        verifies,
        "密码未能修改，将由人工为您办理。",
        "Your PIN was not changed. A person will help you.",
    ),
}
"""By the name of the prompt."""
