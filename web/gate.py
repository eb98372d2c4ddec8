"""The gate before the application: who may come in, how often, and what browsers are told to forbid."""

import hashlib
import hmac
import ipaddress
import math
import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import ProblemError, to_response
from web.rates import Rates
from web.settings import Settings

COOKIE = "digitlens"

OPEN_PATHS = ("/", "/healthz", "/readyz")
"""What needs no token: the page itself, which holds nothing, and what says whether the server lives."""

OPEN_FOLDER = "/static/"

PAID_FOLDER = "/v1/"
"""Where requests are counted: what lies there costs work."""

HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?")
"""A Host header: an address or a name, and perhaps a port."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self' ws://{host} wss://{host}; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing from elsewhere, nothing inline. Not every browser takes 'self' for WebSockets, so that these are named."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

FOREIGN = "The request was sent by a page of another site ({origin}). Open this server's own page, or use a program."


class Gate:
    """Lets requests through to the application, or answers them itself."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._names = {"localhost", settings.host.lower(), *(name.lower() for name in settings.names)}
        self._token = settings.token
        self._rates = Rates(settings.limits.rate, settings.limits.burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                guard(MutableHeaders(scope=message), host, scope["path"])
            await send(message)

        try:
            self._check(scope, headers, host)
            entry = self._find_entry(scope)
        except ProblemError as error:
            await to_response(error)(scope, receive, send_guarded)
            return
        await (entry or self._app)(scope, receive, send_guarded)

    def _check(self, scope: Scope, headers: Headers, host: str) -> None:
        """Raises ProblemError for who may not come in."""
        if not self._is_own(host):
            raise ProblemError(
                421,
                "This server is not called so. Call it localhost or by its address, or start it with --name NAME.",
            )
        origin = headers.get("origin", "")
        is_foreign = bool(origin) and not is_same(origin, host)
        if is_foreign and (scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")):
            raise ProblemError(403, FOREIGN.format(origin=origin[:100]))
        if self._token and not is_open(scope["path"]) and not self._is_known(headers):
            raise ProblemError(
                401,
                "This server asks for its token: send it as Authorization: Bearer TOKEN, or open the page once with "
                "/?token=TOKEN.",
            )
        if scope["path"].startswith(PAID_FOLDER):
            client = scope.get("client") or ("", 0)
            wait = self._rates.wait(client[0])
            if wait:
                raise ProblemError(
                    429, "You ask more often than one client may. Wait a moment.", Retry_After=str(math.ceil(wait))
                )

    def _is_own(self, host: str) -> bool:
        """Tell whether a Host header names this server. A name that resolves to it might be an attacker's own: DNS
        rebinding makes a browser send such. Addresses cannot be bent so."""
        found = HOST.fullmatch(host)
        if not found:
            return False
        name = found[1].lower()
        return name in self._names or is_address(name.strip("[]"))

    def _is_known(self, headers: Headers) -> bool:
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and is_equal(token.strip(), self._token):
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and is_equal(cookie.value, to_cookie(self._token))

    def _find_entry(self, scope: Scope) -> ASGIApp | None:
        """Return what answers a page's address that holds the token: a cookie, and the address without it."""
        if scope["type"] != "http" or scope["path"] != "/" or not self._token:
            return None
        words = parse_qsl(scope["query_string"].decode("latin-1"))
        token = dict(words).get("token")
        if token is None:
            return None
        if not is_equal(token, self._token):
            raise ProblemError(401, "This is not the server's token. Take the one that it was started with.")
        rest = urlencode([word for word in words if word[0] != "token"])
        answer = RedirectResponse("/?" + rest if rest else "/", 303)
        answer.set_cookie(
            COOKIE, to_cookie(self._token), httponly=True, samesite="strict", secure=scope["scheme"] == "https"
        )
        return answer


def guard(headers: MutableHeaders, host: str, path: str) -> None:
    """Tell browsers what to forbid."""
    for name, value in HEADERS.items():
        headers[name] = value
    headers["Content-Security-Policy"] = POLICY.format(host=host if HOST.fullmatch(host) else "localhost")
    # pages change with the server's version, and what was uploaded is nobody's to keep
    headers["Cache-Control"] = "no-cache" if is_open(path) else "no-store"


def is_open(path: str) -> bool:
    """Tell whether a path needs no token."""
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)


def is_same(origin: str, host: str) -> bool:
    """Tell whether an Origin header names the server that a Host header names."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    if usual is None or not parts.hostname:
        return False
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    hosts = {f"{name}:{port or usual}"} | ({name} if (port or usual) == usual else set())
    return host.lower() in hosts


def is_address(name: str) -> bool:
    """Tell whether a name is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_equal(given: str, wanted: str) -> bool:
    """Compare without telling by the time how much is right."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())


def to_cookie(token: str) -> str:
    """Return what the cookie holds: who reads it does not learn the token."""
    return hmac.new(token.encode(), b"digitlens cookie", hashlib.sha256).hexdigest()
