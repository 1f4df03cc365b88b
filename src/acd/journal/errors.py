"""What can be wrong with a journal, each as one clear line."""


class JournalUnusable(Exception):
    """The journal cannot be used at all: in use by another core, another program's file, damaged, or too new."""


class UnknownRecord(Exception):
    """A line of the journal has a kind or a version that this program does not know, or a body that does not fit."""
