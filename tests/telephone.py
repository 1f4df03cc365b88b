"""A telephone for tests: the smallest SIP that Asterisk takes for one. It counts what it hears, and can hum a tone.

It runs on a thread of its own and writes down what it saw; a test waits for that with a deadline.
"""

import contextlib
import hashlib
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 8 96\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:96 telephone-event/8000\r\na=sendrecv\r\n"
)
REASONS = {180: "Ringing", 200: "OK", 302: "Moved", 480: "Unavailable", 486: "Busy Here", 487: "Terminated", 603: "No"}

TELEPHONE_EVENTS = (96, 101)
"""The payload types by which keys come: ours, and Asterisk's own."""


class Telephone:
    """One telephone. `does` says what it does with a call: a final status, or 180 to ring on and on."""

    sdp = SDP
    """What it says of its sound, wherever it offers or takes some."""

    def __init__(self, server_port: int, does: int = 200, at: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self.does = does
        self.seen: list[str] = []
        """What happened, in order: `INVITE`, `CANCEL`, `BYE`, and the statuses its own requests got."""
        self.invites: list[str] = []
        self._server = ("127.0.0.1", server_port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(at)
        self.host = at[0]
        self._socket.settimeout(0.1)
        self.port: int = self._socket.getsockname()[1]
        self._media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._media.bind(("127.0.0.1", 0))
        self._media.setblocking(False)
        self.media_port: int = self._media.getsockname()[1]
        self._news = threading.Condition(threading.RLock())
        self._closing = False
        self._dialog: dict[str, str] | None = None
        self._serial = 0
        self._challenge = ""
        self._their_media = 0
        self._said = 0
        self._incoming = ""
        self._key_type = 96
        self.events = 0
        """How many packets among those heard told of a key."""
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        with self._news:
            self._closing = True
        self._thread.join()
        self._socket.close()
        self._media.close()

    def register(self, name: str, secret: str, expires: int = 300) -> Self:
        """Log in as this phone; it is rung from now on."""
        with self._news:
            self.seen = [one for one in self.seen if "REGISTER" not in one]
        self._send_register(name, "", expires)
        self.until(lambda: "401 REGISTER" in self.seen)
        found = dict(re.findall(r'(\w+)="?([^",]+)"?', self._challenge.split(" ", 1)[1]))
        a1 = _md5(f"{name}:{found['realm']}:{secret}")
        a2 = _md5("REGISTER:sip:127.0.0.1")
        answer = _md5(f"{a1}:{found['nonce']}:00000001:abc:{found['qop']}:{a2}")
        self._send_register(
            name,
            f'Authorization: Digest username="{name}", realm="{found["realm"]}", nonce="{found["nonce"]}", '
            f'uri="sip:127.0.0.1", response="{answer}", algorithm=MD5, qop={found["qop"]}, nc=00000001, cnonce="abc", '
            f'opaque="{found.get("opaque", "")}"\r\n',
            expires,
        )
        self.until(lambda: "200 REGISTER" in self.seen)
        return self

    def call(self, number: str, caller: str = "13812345678", name: str = "", more: str = "") -> Self:
        """Dial; `caller` and `name` go into the From header as they are. Returns at once."""
        self._serial += 1
        self._dialog = {
            "From": f'"{name}" <sip:{caller}@127.0.0.1>;tag=t{self.port}x{self._serial}',
            "To": f"<sip:{number}@127.0.0.1>",
            "Call-ID": f"c{self.port}x{self._serial}",
            "uri": f"sip:{number}@127.0.0.1:{self._server[1]}",
            "branch": f"z9hG4bKi{self.port}x{self._serial}",
            "state": "calling",
        }
        self._request("INVITE", 1, more, sdp=True)
        return self

    def hang_up(self) -> None:
        """End the call, whoever began it, and wait until the other side knows; nothing happens if there is none."""
        with self._news:
            dialog = self._dialog
            if dialog is None or dialog["state"] == "over":
                return
            if dialog["state"] == "up":
                self._end(dialog)
                return
            # Asterisk may be answering right now: then it takes no CANCEL, and its answer is met with a BYE.
            dialog["state"] = "cancelling"
            self._request("CANCEL", 1)
            self._news.wait_for(lambda: dialog["state"] == "over", 5)

    def _end(self, dialog: dict[str, str]) -> None:
        dialog["state"] = "over"
        self._request("BYE", 2)

    def until(self, holds: Callable[[], bool], within: float = 10.0) -> None:
        """Wait until something is so; fails the test after `within` seconds."""
        with self._news:
            assert self._news.wait_for(holds, within), f"the telephone waited in vain; it saw {self.seen}"

    def until_seen(self, what: str, within: float = 10.0) -> None:
        self.until(lambda: what in self.seen, within)

    def heard(self) -> int:
        """How many packets of sound have come since this was asked last."""
        count = 0
        with contextlib.suppress(BlockingIOError):
            while packet := self._media.recv(2_048):
                count += 1
                self.events += packet[1] & 0x7F in TELEPHONE_EVENTS
        return count

    def unregister(self, name: str, secret: str) -> Self:
        """Log out: the phone cannot be rung any more."""
        return self.register(name, secret, expires=0)

    def hum(self, loud: bool = True) -> None:
        """Send a tenth of a second of a loud tone, or of silence, to whoever answered, in the time it takes."""
        sound = (b"\xaa" * 8 + b"\x2a" * 8) * 10 if loud else b"\xd5" * 160
        for _ in range(5):
            self._send_media(8, sound, 160 * (self._said + 1))

    def press(self, key: str) -> None:
        """Press a key for a tenth of a second, as RFC 4733 has it."""
        began = 160 * (self._said + 1)
        for packet in range(1, 9):
            end = 0x80 if packet > 5 else 0
            event = struct.pack("!BBH", "0123456789*#ABCD".index(key), end | 10, 160 * min(packet, 5))
            self._send_media(self._key_type, event, began)

    def _send_media(self, kind: int, payload: bytes, at: int) -> None:
        self._said += 1
        head = struct.pack("!BBHII", 0x80, kind, self._said & 0xFFFF, at, 7)
        self._media.sendto(head + payload, ("127.0.0.1", self._their_media))
        # Sound has its own pace; a faster one would be taken for a fault of the line.
        time.sleep(0.02)

    def _send_register(self, name: str, authorization: str, expires: int) -> None:
        self._serial += 1
        self._send(
            f"REGISTER sip:127.0.0.1 SIP/2.0\r\n{self._via(f'z9hG4bKr{self.port}x{self._serial}')}"
            f"From: <sip:{name}@127.0.0.1>;tag=r\r\nTo: <sip:{name}@127.0.0.1>\r\nCall-ID: r{self.port}\r\n"
            f"CSeq: {self._serial} REGISTER\r\nContact: <sip:{name}@127.0.0.1:{self.port}>\r\nExpires: {expires}\r\n"
            f"{authorization}Content-Length: 0\r\n\r\n"
        )

    def _via(self, branch: str) -> str:
        return f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch={branch}\r\nMax-Forwards: 70\r\n"

    def _request(self, method: str, serial: int, more: str = "", sdp: bool = False) -> None:
        dialog = self._dialog
        assert dialog is not None
        branch = dialog["branch"] if method in {"INVITE", "CANCEL"} else f"{dialog['branch']}{method}"
        body = self.sdp.format(port=self.media_port) if sdp else ""
        kind = "Content-Type: application/sdp\r\n" if sdp else ""
        self._send(
            f"{method} {dialog['uri']} SIP/2.0\r\n{self._via(branch)}From: {dialog['From']}\r\nTo: {dialog['To']}\r\n"
            f"Call-ID: {dialog['Call-ID']}\r\nCSeq: {serial} {method}\r\nContact: <sip:x@127.0.0.1:{self.port}>\r\n"
            f"{more}{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def _send(self, text: str) -> None:
        self._socket.sendto(text.encode("utf-8", "surrogateescape"), self._server)

    def _listen(self) -> None:
        while True:
            with self._news:
                if self._closing:
                    return
            try:
                text = self._socket.recv(65_535).decode("utf-8", "replace")
            except TimeoutError:
                continue
            with self._news:
                (self._take_answer if text.startswith("SIP/2.0 ") else self._take_request)(text)
                self._news.notify_all()

    def _take_answer(self, text: str) -> None:
        status, method = text.split(" ", 2)[1], _header(text, "CSeq").split()[-1]
        if method == "REGISTER" and status == "401":
            self._challenge = _header(text, "WWW-Authenticate")
        if method == "INVITE" and self._dialog is not None and int(status) >= 200:
            self._dialog["To"] = _header(text, "To")
            if status == "200":
                self._dialog["uri"] = re.sub(r"[<>]", "", _header(text, "Contact")).split(";")[0]
                self._their_media = int(re.findall(r"m=audio (\d+)", text)[0])
            self._request("ACK", 1)
            if status != "200":
                self._dialog["state"] = "over"
            elif self._dialog["state"] == "calling":
                self._dialog["state"] = "up"
            elif self._dialog["state"] == "cancelling":
                self._end(self._dialog)
        self.seen.append(f"{status} {method}")

    def _take_request(self, text: str) -> None:
        method = text.split(" ", 1)[0]
        if method == "INVITE":
            if _header(text, "Call-ID") == self._incoming:
                return
            self._incoming = _header(text, "Call-ID")
            self.invites.append(text)
            self._ring(text)
        elif method in {"BYE", "CANCEL"}:
            self._send(_answer(text, 200, self))
            if method == "CANCEL":
                self._send(_answer(self.invites[-1], 487, self))
            if self._dialog is not None:
                self._dialog["state"] = "over"
        elif method == "OPTIONS":
            self._send(_answer(text, 200, self))
        self.seen.append(method)

    def _ring(self, invite: str) -> None:
        self._send(_answer(invite, 180, self))
        if self.does == 200:
            self._their_media = int(re.findall(r"m=audio (\d+)", invite)[0])
            # The other side says by which type it takes keys.
            self._key_type = int(next(iter(re.findall(r"a=rtpmap:(\d+) telephone-event", invite)), "96"))
            # Set before the answer goes out: a test may hang up the moment Asterisk says that it was answered.
            self._dialog = {
                "From": _header(invite, "To") + ";tag=p",
                "To": _header(invite, "From"),
                "Call-ID": _header(invite, "Call-ID"),
                "uri": re.sub(r"[<>]", "", _header(invite, "Contact")).split(";")[0],
                # Another telephone at the same place must not be taken for this one that says the same again.
                "branch": f"z9hG4bK{_md5(_header(invite, 'Call-ID'))}",
                "state": "up",
            }
        if self.does != 180:
            self._send(_answer(invite, self.does, self))


def _answer(request: str, status: int, phone: Telephone) -> str:
    vias = "".join(f"Via: {via}\r\n" for via in re.findall(r"(?im)^Via: *(.*?)\r?$", request))
    to = _header(request, "To")
    to += "" if "tag=" in to else ";tag=p"
    body = phone.sdp.format(port=phone.media_port) if status == 200 and request.startswith("INVITE") else ""
    contact = "<sip:elsewhere@127.0.0.1:9>" if status == 302 else f"<sip:x@{phone.host}:{phone.port}>"
    kind = "Content-Type: application/sdp\r\n" if body else ""
    return (
        f"SIP/2.0 {status} {REASONS[status]}\r\n{vias}From: {_header(request, 'From')}\r\nTo: {to}\r\n"
        f"Call-ID: {_header(request, 'Call-ID')}\r\nCSeq: {_header(request, 'CSeq')}\r\nContact: {contact}\r\n"
        f"{kind}Content-Length: {len(body)}\r\n\r\n{body}"
    )


def _header(text: str, name: str) -> str:
    found = re.search(rf"(?im)^{name}: *(.*?)\r?$", text)
    return found[1] if found else ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
