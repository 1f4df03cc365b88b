"""Ends a process that somebody else may have started, and knows when it is really gone."""

import contextlib
import os
import select
import signal


def end(pid: int, *orders: signal.Signals, patience: float) -> None:
    """Give the process these signals, one after the other, until it is gone; `patience` in seconds for each.

    It is gone when it has let go of everything, its ports too. That is a moment after its command line has vanished
    from /proc, and no sooner: whoever looks at the ports in between finds them held by nobody.
    """
    with contextlib.suppress(ProcessLookupError):
        process = os.pidfd_open(pid)
        try:
            gone = select.poll()
            gone.register(process, select.POLLIN)
            for order in orders:
                signal.pidfd_send_signal(process, order)
                if gone.poll(patience * 1000):
                    break
        finally:
            os.close(process)
