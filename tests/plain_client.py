"""A browser of few words for tests on real servers: keeps cookies, reads forms, sends them."""

import http.client
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

Upload = tuple[str, bytes]


@dataclass
class Form:
    """A form as it stands on a page: where it goes and what it would send, buttons left out."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class FormReader(HTMLParser):
    """Reads all forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.select = self.area = ""
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values.get("action", "")))
        elif tag == "input" and values.get("type") not in ("file", "submit"):
            is_tick = values.get("type") in ("checkbox", "radio")
            if not is_tick or "checked" in values:
                self.keep(values.get("name", ""), values.get("value", "on" if is_tick else ""))
        elif tag == "select":
            self.select, self.options = values.get("name", ""), []
        elif tag == "option":
            self.options.append((values.get("value", ""), "selected" in values))
        elif tag == "textarea":
            self.area = values.get("name", "")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.keep(self.area, data.lstrip("\r\n"))
            self.area = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.options:
            chosen = [value for value, is_chosen in self.options if is_chosen]
            self.keep(self.select, (chosen or [self.options[0][0]])[0])
        elif tag == "textarea":
            self.area = ""

    def keep(self, name: str, value: str) -> None:
        if name and self.forms:
            self.forms[-1].fields.append((name, value))


@dataclass
class Answer:
    """What a server said; status 0 when it said nothing because it was killed."""

    status: int
    content: bytes = b""
    location: str = ""

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    def form(self, action: str) -> Form:
        """The form whose address ends with this; an empty one goes to the page itself."""
        reader = FormReader()
        reader.feed(self.text)
        return next(one for one in reader.forms if one.action.endswith(action) and bool(one.action) == bool(action))


@dataclass
class PlainClient:
    """One person's session with a running server."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, values: Any, files: dict[str, Upload] | None = None) -> Answer:
        """Send a form with its token."""
        pairs = list(values.items()) if isinstance(values, dict) else list(values)
        pairs = [(name, value) for name, value in pairs if name != "csrfmiddlewaretoken"]
        pairs.append(("csrfmiddlewaretoken", self.cookies["csrftoken"]))
        if files is None:
            return self.ask("POST", path, urlencode(pairs).encode(), "application/x-www-form-urlencoded")
        boundary = secrets.token_hex(12)
        return self.ask("POST", path, multipart(pairs, files, boundary), f"multipart/form-data; boundary={boundary}")

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: one.value for name, one in SimpleCookie(line).items()})
        return Answer(answer.status, content, answer.headers.get("Location", ""))

    def become(self, code: str) -> "PlainClient":
        """Take a role of the demonstration."""
        self.get("/")
        assert self.post(f"/demo/role/{code}/", {}).status == 302
        return self


def multipart(pairs: Iterable[tuple[str, str]], files: dict[str, Upload], boundary: str) -> bytes:
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in pairs]
    for name, (filename, content) in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content)
    mark = f"--{boundary}\r\n".encode()
    return b"".join(mark + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    """Make several requests at the same moment, each from its own thread."""
    barrier, found = threading.Barrier(len(calls)), [Answer(0)] * len(calls)

    def run(number: int) -> None:
        barrier.wait()
        found[number] = calls[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
