"""Product files of one's own: where they are looked for, and what they begin as."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

# Folders, separated as in PATH.
VARIABLE = "PORTWRIGHT_CATALOG"
# Sections of such a file beside those that every product's file has.
OWN_SECTIONS = ("roles", "documents")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
# What ids of facts, commands and shared files begin with.
_NO_IDS = ("own", "management", "new", "check", "roles", "documents", "presets")
_LARGEST = 4 * 2**20


class OwnFile(msgspec.Struct, frozen=True):
    """A product file of one's own: where it is, and its text."""

    path: Path
    text: str

    @property
    def digest(self) -> str:
        """What a plan records of it."""
        return f"sha256:{hashlib.sha256(self.text.encode()).hexdigest()}"


def own_folders() -> tuple[Path, ...]:
    """The folders that are looked in: those of the environment, then the person's own."""
    from platformdirs import user_config_path

    named = filter(None, os.environ.get(VARIABLE, "").split(os.pathsep))
    return (*map(Path, named), user_config_path("portwright", appauthor=False) / "catalog")


def own_files(problems: list[str]) -> Iterator[OwnFile]:
    """The product files in those folders; what cannot be read is a problem."""
    *named, _ = folders = own_folders()
    for folder in folders:
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
        except OSError as error:
            # Nobody has to have a folder of their own.
            if folder in named:
                problems.append(f"{folder}: {error.strerror or error}")
            continue
        for path in paths:
            if (file := read_own(path, problems)) is not None:
                yield file


def read_own(path: Path, problems: list[str]) -> OwnFile | None:
    """One product file; None, and a problem, for what is none."""
    if wrong := id_problem(path.stem):
        problems.append(f"{path}: {wrong}")
        return None
    try:
        # A pipe would keep everybody waiting, and a device may never end.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                problems.append(f"{path}: is no ordinary file")
                return None
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            problems.append(f"{path}: is larger than {_LARGEST // 2**20} MiB")
            return None
        return OwnFile(path, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problems.append(f"{path}: not UTF-8 text (byte {error.start})")
    except OSError as error:
        problems.append(f"{path}: {error.strerror or error}")
    return None


def id_problem(product: str) -> str:
    """Why a product cannot have this id; '' where it can."""
    if not _ID.fullmatch(product):
        return "a product's file is called by its id: small letters, digits and hyphens, 63 at most"
    return f"{product!r} cannot be a product's id" if product in _NO_IDS else ""


def template(product: str) -> str:
    """A commented product file that loads."""
    return _TEMPLATE.replace("PRODUCT", product)


_TEMPLATE = """\
# A product of your own. The file's name is its id: PRODUCT.toml, in a folder that is named with
# --catalog DIR, in PORTWRIGHT_CATALOG, or in catalog/ of your configuration directory.
# 'portwright catalog check PRODUCT.toml' says what is wrong with it.

[product]
name = "PRODUCT"
about = "What it is, in a line"
group = "management"            # or servers, devices, cloud: its heading in the wizard
document = "PRODUCT-ports"      # where its facts stand, below
newest = "1.0"                  # the newest version that you know

[documents.PRODUCT-ports]
title = "Ports of PRODUCT"
publisher = "Who wrote it"

# Parties that no other product has. Most are there already: 'portwright catalog --json' lists them.
# [roles.PRODUCT-archive]
# name = "Archive"
# about = "Where finished jobs are stored"

[features.web]
group = "core"                  # its heading in the wizard
name = "Web interface"
about = "Pages for users"
core = true                     # comes with the product; without it, people switch it on

[listeners.https]               # a port that can be moved
name = "HTTPS"
port = 443

[flows.web-https]               # from opens connections to to
feature = "web"
from = "user-computer"
to = "print-server"
transport = "tcp"
ports = [443]
listener = "https"
service = "Web interface (HTTPS)"
encrypted = true
evidence = "stated"             # stated | inferred | other
at = "Page 7, table of ports"   # the place in the document
without = "Users cannot open the web interface."

# [remarks.source-port]         # what the document says beside ports
# team = "firewall"             # whom it is for: firewall | server | computer | proxy
# text = "Rules must not fix the source port."
# feature = "web"               # counts while it is on; left out: wherever the product is used
# to_do = false                 # true where somebody has to do something
# no_login = ["basic"]          # logins at a web proxy that it does not give: basic, windows
# runs_on = { print-server = "windows" }    # the only kind of machine it is there on: linux, windows
# at = "Page 7, below the table"

# [endpoints.updates]           # a host on the internet
# feature = "web"
# from = "print-server"
# scheme = "https"
# host = "updates.example.com"
# port = 443
# purpose = "Updates"
# at = "Page 9"
"""
