"""A bank that asks how callers were served, for tests of the survey in menus and after the call."""

from acd.config import HotlineConfig
from acd.core.instants import Duration
from tests.ivr.fake_line import FakeLine, bank_with

MENUS = """\
  main:
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": menu opinion, "3": wealth}}
  opinion:
    - {step: survey, survey: service}
    - {step: hang_up}
"""
SURVEYS = """\
surveys:
  service:
    questions:
      - {say: {zh: 服务如何？, en: How were we?}}
      - {say: {zh: 等了多久？, en: How long did you wait?}, keys: 3}
      - {say: {zh: 会推荐吗？, en: Would you recommend us?}}
    comment: {zh: 请留言。, en: Please comment.}
    thanks: {zh: 谢谢。, en: Thank you.}
  short:
    questions: [{say: {zh: 服务如何？, en: How were we?}}]
"""
QUESTIONS = ["zh/survey-service-1", "zh/survey-service-2", "zh/survey-service-3"]


def asking_bank() -> HotlineConfig:
    return bank_with(MENUS, SURVEYS)


def answering(keys: str, first: Duration = 100, apart: Duration = 1_000, **rest: object) -> FakeLine:
    """A caller of whom the dialplan knows all it needs, and who presses these keys."""
    variables = {"HL_LANGUAGE": "zh", "HL_SURVEY": "service"}
    pressed = [(first + apart * n, key) for n, key in enumerate(keys)]
    return FakeLine(keys=pressed, variables=variables, **rest)  # type: ignore[arg-type]
