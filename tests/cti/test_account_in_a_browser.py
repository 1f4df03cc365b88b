"""What somebody does with his own account on the desktop: another password, other log-ins, the bank's own log-in."""

from pathlib import Path

import pytest

from cti.web_app import WebSettings
from tests.cti.open_web import PASSWORDS, browser, open_web
from tests.cti.small_hotline import ANNA
from tests.cti.test_desktop_at_work import desk_of
from tests.end_to_end.browser import Page, open_page

pytestmark = pytest.mark.real

NEW = "Pears and quinces 7"


async def change(page: Page, old: str, new: str, again: str) -> None:
    for field, text in (("#old_password", old), ("#new_password", new), ("#new_again", again)):
        await page.type_into(field, text)
    await page.click("#change button[type=submit]")


async def test_a_new_password_is_chosen_on_the_page_and_every_log_in_is_over(tmp_path: Path) -> None:
    async with desk_of(ANNA, tmp_path) as (web, page):
        await page.click("#person")
        await page.until("!!deep('#log-ins li')")
        for old, new, again, why in (
            (PASSWORDS[ANNA], NEW, f"{NEW}!", "The new passwords are not the same."),
            (
                PASSWORDS[ANNA],
                "short",
                "short",
                "12 to 256 characters; not your name, nor the same few characters again",
            ),
            ("not this one", NEW, NEW, "The present password is wrong."),
        ):
            await change(page, old, new, again)
            await page.until(f"deep('#password-error')?.textContent.startsWith({why!r})")
        assert web.accounts.sessions.of(ANNA)

        await change(page, PASSWORDS[ANNA], NEW, NEW)
        await page.until("!!deep('#log-in-notice')")
        assert await page.text("#log-in-notice") == "Your password is changed. Log in with the new one."
        assert web.accounts.sessions.of(ANNA) == []

        await page.type_into("#agent", ANNA)
        await page.type_into("#password", NEW)
        await page.click("#log-in button[type=submit]")
        await page.until("!!deep('#log-out')")
        await page.click("#person")
        assert await page.ask("deep('#old_password').value + deep('#new_password').value") == ""


async def test_another_log_in_is_seen_and_ended_and_no_key_pressed_there_is_a_command(tmp_path: Path) -> None:
    async with desk_of("sue", tmp_path) as (web, page), browser(web, person="sue"), browser(web, person="ben"):
        await page.click("#person")
        await page.until("deep('#log-ins')?.children.length === 2")
        await page.do("Input.dispatchKeyEvent", type="keyDown", key="?", text="?")
        assert not await page.ask("deep('#shortcuts').open")
        await page.click("#log-ins button")
        await page.until("deep('#log-ins')?.children.length === 1")
        assert len(web.accounts.sessions.of("sue")) == 1
        assert len(web.accounts.sessions.of("ben")) == 1


@pytest.mark.parametrize("there", [True, False])
async def test_the_banks_own_log_in_is_offered_where_there_is_one(tmp_path: Path, there: bool) -> None:
    settings = WebSettings(single_sign_on=there)
    async with open_web(settings=settings) as web, open_page(tmp_path, f"{web.address}/agent") as page:
        await page.until("!!deep('#log-in')")
        async with browser(web, person="ben") as someone:
            assert (await someone.get("/api/v1/login")).json() == {"single_sign_on": there}
        if there:
            await page.until("!!deep('#single-sign-on')")
            assert await page.ask("deep('#single-sign-on').pathname") == "/api/v1/oidc/begin"
        else:
            await page.until("deep('hotline-log-in').elsewhere === false")
            assert await page.ask("deep('#single-sign-on')") is None
