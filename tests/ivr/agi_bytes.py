"""The header of a call as Asterisk writes it, for tests to send or to spoil."""

HEADERS = {
    "agi_network": "yes",
    "agi_network_script": "ivr",
    "agi_request": "agi://127.0.0.1:4573/ivr",
    "agi_channel": "PJSIP/carrier-00000001",
    "agi_language": "en",
    "agi_type": "PJSIP",
    "agi_uniqueid": "hotline-1795318465.12",
    "agi_version": "22.10.1",
    "agi_callerid": "13800138000",
    "agi_calleridname": "unknown",
    "agi_callingpres": "0",
    "agi_callingani2": "0",
    "agi_callington": "0",
    "agi_callingtns": "0",
    "agi_dnid": "95555",
    "agi_rdnis": "unknown",
    "agi_context": "hl-ivr",
    "agi_extension": "s",
    "agi_priority": "3",
    "agi_enhanced": "0.0",
    "agi_accountcode": "",
    "agi_threadid": "140245",
}


def header(**changes: str | None) -> bytes:
    """A sound header with some values changed; None leaves a key out."""
    lines = {**HEADERS, **changes}
    text = "".join(f"{key}: {value}\n" for key, value in lines.items() if value is not None)
    return text.encode() + b"\n"
