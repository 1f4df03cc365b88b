"""Secrets are made once, kept, and readable by nobody else."""

import json
from pathlib import Path

import pytest

from acd.asterisk.credentials import CredentialsUnreadable, keep_credentials


def test_a_new_agent_gets_secrets_and_everybody_else_keeps_theirs(tmp_path: Path) -> None:
    before = keep_credentials(tmp_path, ["anna"], ["anna"])
    after = keep_credentials(tmp_path, ["anna", "ben"], ["ben"])
    assert after.ami == before.ami
    assert after.sip["anna"] == before.sip["anna"]
    assert after.web["anna"] == before.web["anna"]
    assert set(after.sip) == {"anna", "ben"}
    assert after.ami_callbacks == before.ami_callbacks
    assert len({after.ami, after.ami_callbacks, *after.sip.values(), *after.web.values()}) == 6


def test_a_file_from_before_there_were_callbacks_keeps_its_secrets_and_gets_one_more(tmp_path: Path) -> None:
    kept = keep_credentials(tmp_path, ["anna"], [])
    file = tmp_path / "secrets.json"
    old = json.loads(file.read_text())
    del old["ami"]["callbacks"]
    file.write_text(json.dumps(old))

    again = keep_credentials(tmp_path, ["anna"], [])

    assert (again.ami, again.sip) == (kept.ami, kept.sip)
    assert len(again.ami_callbacks) == 48
    assert keep_credentials(tmp_path, ["anna"], []).ami_callbacks == again.ami_callbacks


def test_the_file_is_its_owners_alone_and_no_secret_is_shown(tmp_path: Path) -> None:
    kept = keep_credentials(tmp_path, ["anna"], ["anna"])
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert not any(
        secret in repr(kept) for secret in (kept.ami, kept.ami_callbacks, kept.sip["anna"], kept.web["anna"])
    )


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2}', json.dumps({"version": 1, "sip": {"anna": 5}})])
def test_a_damaged_file_is_not_replaced_in_silence(tmp_path: Path, text: str) -> None:
    (tmp_path / "secrets.json").write_text(text)
    with pytest.raises(CredentialsUnreadable, match=r"secrets\.json: "):
        keep_credentials(tmp_path, ["anna"], ["anna"])
    assert (tmp_path / "secrets.json").read_text() == text
