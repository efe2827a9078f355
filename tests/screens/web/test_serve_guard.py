"""Who may come in at `portwright serve`: by which path, by which name, and from which page."""

from __future__ import annotations

import pytest

from screens.web.guard import refused

KEY = "the-key"
HERE = "127.0.0.1:8000"
PATH = f"/{KEY}/"


@pytest.mark.parametrize(
    ("path", "host", "origin"),
    [
        (PATH, HERE, None),
        (PATH, "localhost:8000", None),
        (PATH, "LOCALHOST", None),
        (PATH, "[::1]:9000", None),
        (f"/{KEY}/ws", "127.0.0.1:9000", "http://127.0.0.1:9000"),
        (f"/{KEY}/ws", "localhost", "http://localhost"),
    ],
)
def test_who_has_the_key_comes_in(path: str, host: str, origin: str | None) -> None:
    assert refused(path, host, origin, KEY, needs_origin=origin is not None) is None


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "portwright.example",
        "127.0.0.1.example.com:8000",
        "localhost.example.com",
        "example.com:8000",
        "127.0.0.2:8000",
        "0.0.0.0:8000",
        "127.0.0.1:8000 localhost",
        "127.0.0.1:8000@example.com",
        "evil@127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:123456",
        "127.0.0.1:٨٠",
        "127.0.0.1\n",
        "127x0x0x1",
    ],
)
def test_a_name_that_points_here_is_no_way_in(host: str | None) -> None:
    assert refused(PATH, host, None, KEY, needs_origin=False) is not None


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:8001",
        "http://127.0.0.1",
        "http://localhost:8000",
        "http://127.0.0.1:8000.evil.example",
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:8000 http://127.0.0.1:8000",
    ],
)
@pytest.mark.parametrize("needs_origin", [True, False])
def test_a_foreign_page_is_refused(origin: str, needs_origin: bool) -> None:
    assert refused(PATH, HERE, origin, KEY, needs_origin=needs_origin) is not None


def test_a_websocket_without_origin_is_refused() -> None:
    assert refused(PATH, HERE, None, KEY, needs_origin=True) is not None


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "//",
        "/ws",
        "/the-ke/",
        "/the-keyy/",
        "/THE-KEY/",
        "/%74he-key/",
        "//the-key/",
        "/é/",
        "the-key",
    ],
)
def test_another_key_is_refused(path: str) -> None:
    assert refused(path, HERE, None, KEY, needs_origin=False) is not None
