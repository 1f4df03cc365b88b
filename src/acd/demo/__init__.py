"""Scripted callers and phones as real SIP parties: for the demo floor, `hotline call`, `hotline phone` and the tests.

Nothing here decides anything about calls; the parties only see what any caller and any phone would see. The SIP
itself is spoken by SIPp, as subprocesses that are started, listened to and stopped in acd.demo.sipp.
"""
