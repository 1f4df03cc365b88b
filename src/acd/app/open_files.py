"""How many files this process and those it starts may open: Asterisk needs about ten for a caller and his agent.

A shell's usual 1024 ends at a hundred talks, and there is no good way to learn so with callers on the line.
"""

import resource

WANTED = 65_536


def allow_many() -> None:
    """Raise the soft limit to WANTED, or as far as the hard limit lets us; never lower it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # "No limit" is a number below all others.
    reachable = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < reachable:
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))
