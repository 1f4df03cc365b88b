"""Numbers, times and amounts as rows of spoken words, each word a prompt of its own.

A prompt that holds a number cannot be made beforehand, so it is put together from few words that are made, or recorded,
once. The rows are the same names in every language where they can be (`digits`); where the grammar differs, each
family of languages has a `Grammar`. A language of no family here gets no numbers said.
"""

from ivr.spoken.digits import digits
from ivr.spoken.grammar import GRAMMARS, Grammar, family_of
from ivr.spoken.words import Words, text_of

__all__ = ["GRAMMARS", "Grammar", "Words", "digits", "family_of", "text_of"]
