"""What somebody does with his own account on the desktop: another password, other log-ins, the bank's own log-in."""

from pathlib import Path

import pytest

from acd.core.agents import AgentState
from cti.web_app import WebSettings
from tests.cti.open_web import PASSWORDS, browser, open_web
from tests.cti.small_hotline import ANNA
from tests.cti.test_desktop_at_work import STORE, desk_of
from tests.cti.test_screens import state_of
from tests.end_to_end.browser import Page, open_page

pytestmark = pytest.mark.real

NEW = "Pears and quinces 7"


async def change(page: Page, old: str, new: str, again: str) -> None:
    for field, text in (("#old_password", old), ("#new_password", new), ("#new_again", again)):
        await page.ask(f"deep('{field}').value = ''")
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
                "12 to 256 characters, without your name in them",
            ),
            ("not this one", NEW, NEW, "The present password is wrong."),
        ):
            await change(page, old, new, again)
            await page.until(f"deep('#password-error')?.textContent.startsWith({why!r})")
        assert web.accounts.sessions.of(ANNA)

        # The sound of a talk has no telephone behind it here: what counts is that it is not ended.
        await page.ask(
            f"{STORE}void Object.assign(store.telephone, "
            "{ call: 'talking', retire() {}, stop() { this.call = ''; } }))"
        )
        await change(page, PASSWORDS[ANNA], NEW, NEW)
        await page.until("!!deep('#farewell') && !!deep('#over-talk')")
        assert await page.text("#farewell") == "Your password is changed. Log in with the new one."
        assert web.accounts.sessions.of(ANNA) == []
        assert state_of(web.hotline, ANNA) is AgentState.LOGGED_OUT
        await page.ask(f"{STORE}{{ store.telephone.call = ''; }})")

        await page.type_into("#agent", ANNA)
        await page.type_into("#password", NEW)
        await page.click("#log-in button[type=submit]")
        await page.until("!!deep('#log-out')")
        assert await page.ask("deep('#farewell')") is None
        await page.click("#person")
        assert await page.ask("deep('#old_password').value + deep('#new_password').value") == ""


async def test_who_is_not_logged_in_any_more_is_told_so_and_not_that_his_password_is_wrong(tmp_path: Path) -> None:
    async with desk_of("sue", tmp_path) as (web, page):
        await page.click("#person")
        await page.until("!!deep('#log-ins li')")
        await web.accounts.sessions.end(web.accounts.sessions.of("sue"))
        await change(page, PASSWORDS["sue"], NEW, NEW)
        await page.until("!!deep('#farewell')")
        assert await page.text("#farewell") == "Your log-in is over. Log in again."


async def test_another_log_in_is_seen_and_ended_and_no_key_pressed_there_is_a_command(tmp_path: Path) -> None:
    async with desk_of("sue", tmp_path) as (web, page), browser(web, person="sue"), browser(web, person="ben"):
        await page.click("#person")
        await page.until("deep('#log-ins')?.children.length === 2")
        await page.click("#log-ins button")
        await page.until("deep('#log-ins')?.children.length === 1")
        # The button that had been pressed is gone, and what is pressed now goes to the page.
        await page.do("Input.dispatchKeyEvent", type="keyDown", key="?", text="?")
        assert not await page.ask("deep('#shortcuts').open")
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
            await page.ask(f"{STORE}{{ store.telephone.call = 'talking'; store.tell(); }})")
            await page.until("deep('#single-sign-on') === null")
        else:
            await page.until("deep('hotline-log-in').elsewhere === false")
            assert await page.ask("deep('#single-sign-on')") is None
