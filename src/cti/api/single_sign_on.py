"""The routes of log-in by the bank's identity provider: there with `oidc` in the settings, and not without."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from cti.accounts.accounts import Accounts
from cti.accounts.oidc import ATTEMPT_LASTS, Oidc, OidcFault
from cti.accounts.sessions import COOKIE
from cti.api.door import open_to_all

STATE_COOKIE = "hotline_oidc"
PLACE = "/api/v1/oidc"
AFTERWARDS = "/"
"""The page that somebody sees who is in."""
NOT_IN = (
    "单点登录未成功，请重试或联系管理员。\n"
    "The single sign-on did not succeed. Try again, or ask whoever runs the hotline.\n"
)

Said = Annotated[str, Query(max_length=4_096)]

_log = structlog.get_logger(__name__)


def router(oidc: Oidc, accounts: Accounts, *, secure_cookie: bool) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["single sign-on"])

    @routes.get("/oidc/begin", dependencies=[open_to_all], status_code=303, responses={503: {}})
    async def begin() -> Response:
        """Sends the browser to the provider."""
        try:
            address, state = await oidc.begin()
        except OidcFault as fault:
            _log.error("nobody can log in by the identity provider", why=str(fault))
            return PlainTextResponse(NOT_IN, 503)
        response = RedirectResponse(address, 303)
        # Lax, since the browser comes back from another site; the cookie proves nothing but that it is the same one.
        response.set_cookie(
            STATE_COOKIE,
            state,
            max_age=ATTEMPT_LASTS // 1_000,
            httponly=True,
            samesite="lax",
            secure=secure_cookie,
            path=PLACE,
        )
        return response

    @routes.get("/oidc/back", dependencies=[open_to_all], status_code=303, responses={400: {}})
    async def back(request: Request, state: Said = "", code: Said = "") -> Response:
        """Takes the browser back from the provider, and lets in whom the settings know."""
        let_in = None
        try:
            name = await oidc.finish(request.cookies.get(STATE_COOKIE), state, code)
            let_in = await accounts.let_in(name)
        except OidcFault as fault:
            _log.warning("somebody could not log in by the identity provider", why=str(fault))
        response: Response = PlainTextResponse(NOT_IN, 400) if let_in is None else RedirectResponse(AFTERWARDS, 303)
        if let_in is not None:
            response.set_cookie(COOKIE, let_in[1], httponly=True, samesite="strict", secure=secure_cookie, path="/")
        response.delete_cookie(STATE_COOKIE, httponly=True, samesite="lax", secure=secure_cookie, path=PLACE)
        return response

    return routes
