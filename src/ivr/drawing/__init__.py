"""All menus of a hotline as one picture: numbers that are dialled, menus, steps, keys, and where they lead.

`content.py` says what is shown, `layout.py` where it stands, `svg.py` how it looks. The same settings always give the
same picture.
"""

from acd.config.model import HotlineConfig
from acd.core.names import LanguageName
from ivr.drawing.content import content_of
from ivr.drawing.layout import laid_out
from ivr.drawing.svg import svg_of


def draw(config: HotlineConfig, language: LanguageName | None = None) -> str:
    """The picture as SVG, with the texts and the words of one language of the settings, else of the default one."""
    content = content_of(config, language or config.default_language)
    return svg_of(content, laid_out(content))
