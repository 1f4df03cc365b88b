"""The routing brain: plain synchronous code. Facts and the time go in; orders and events come out.

Rules: nothing here does I/O, reads a clock or draws a random number, and nothing here imports more than the
standard library's pure parts. So the same code runs live, in tests in virtual time, and again after a crash.
"""
