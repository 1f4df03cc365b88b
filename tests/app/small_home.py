"""A home folder with small settings whose prompts are recordings, so that no voice has to be there to load them."""

from pathlib import Path

from acd.asterisk.credentials import keep_credentials
from acd.config import load
from ivr.prompt_names import prompts_of
from ivr.prompts import path_in
from ivr.telephone_audio import write_wav
from tests.config.small import SMALL


class SmallHome:
    """The settings' file, its recordings, and the secrets of everybody in it; a file that is there already stays."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.cache = folder / "cache"
        self.settings = folder / "hotline.yaml"
        if not self.settings.exists():
            self.write(SMALL)
        self.know_everybody()

    def write(self, text: str) -> None:
        """Edit the settings; each text that a caller hears has its recording."""
        self.settings.write_text(text, "utf-8")
        for each in prompts_of(load(self.settings)):
            recording = path_in(self.settings.parent / "prompts", each.prompt)
            recording.parent.mkdir(parents=True, exist_ok=True)
            write_wav(recording, [0.2, -0.2] * 400)

    def know_everybody(self) -> None:
        """What `hotline render` does for new people: each gets his secrets."""
        config = load(self.settings)
        phones = (str(agent.phone) for agent in config.agents.values())
        keep_credentials(self.home, phones, sorted({*config.agents, *config.staff}))
