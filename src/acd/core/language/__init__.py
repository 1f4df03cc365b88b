"""The expressions of an operator: what a call needs of its agent, and when something holds.

terms, words, vocabulary     the language's words, a text's words, the names that a hotline knows
syntax, texts                trees, and trees as text
grammar, floor_grammar       from words to trees
reading                      what others call: `read_needs`, `read_condition`, `text_of`
facts                        what is asked about: one call, and the floor as it is
needs, team                  what needs mean for one agent, and for all at once
conditions                   whether a condition holds, and why
"""
