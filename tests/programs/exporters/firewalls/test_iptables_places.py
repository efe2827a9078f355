"""Behind which rules of others the jump to ours goes: asked of the awk program of `iptables.sh`, over
listings as `iptables-save` writes them.
"""

from __future__ import annotations

import subprocess
from importlib import resources

import pytest

from tests.tools.programs import tool

BAN = "-A INPUT -s 10.0.20.66/32 -j DROP"
WITH = " --reject-with icmp-host-prohibited"
# What denies everything: the jump goes before it, and nobody needs to be told of it.
WHOLE = {
    "drop": ["-A INPUT -j DROP"],
    "reject as it is listed": [f"-A INPUT -j REJECT{WITH}"],
    "with a comment": ['-A INPUT -m comment --comment "the \\"-j\\" rest" -j REJECT' + WITH],
    "a chain": ["-A INPUT -j SHUT", "-A SHUT -j LOG --log-prefix shut", "-A SHUT -j DROP"],
    "a chain in a chain": [
        *("-A INPUT -j OUTER", "-A OUTER -j NFLOG", "-A OUTER -j SHUT"),
        f"-A SHUT -j REJECT{WITH}",
    ],
}
# What denies something: it stays before the jump, and these of its rules are said.
PARTLY = {
    "one device": ([f"-A INPUT -i eth1 -j REJECT{WITH}"], [0]),
    "a device, by a chain": (
        ["-A INPUT -i eth1 -j SHUT", "-A SHUT -j LOG", "-A SHUT -j DROP"],
        [0],
    ),
    "fail2ban": (
        [
            *("-A INPUT -p tcp -j f2b-sshd", "-A f2b-sshd -s 10.0.20.67/32 -j REJECT" + WITH),
            "-A f2b-sshd -j RETURN",
        ],
        [1],
    ),
    "fail2ban that logs": (
        [
            *("-A INPUT -p tcp -j f2b-sshd", "-A f2b-sshd -s 10.0.20.67/32 -j SHUT"),
            *("-A f2b-sshd -j RETURN", "-A SHUT -j LOG", "-A SHUT -j DROP"),
        ],
        [1],
    ),
    "a whitelist": (
        ["-A INPUT -j friends", "-A friends -s 10.0.20.0/22 -j RETURN", "-A friends -j DROP"],
        [2],
    ),
}


def answers(*lines: str) -> list[str]:
    """What the program prints for these rules of the table filter."""
    template = resources.files("exporters") / "templates" / "iptables.sh"
    listing = "\n".join(["*filter", ":INPUT ACCEPT [0:0]", *lines, "COMMIT", ""])
    command = '. "$0"; exec "$1" -v prefix=pw_server_ -v hooks=input "$denies_program"'
    asked = ["sh", "-c", command, str(template), tool("awk")]
    done = subprocess.run(asked, input=listing, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("lines", WHOLE.values(), ids=WHOLE)
def test_before_what_denies_everything(lines: list[str]) -> None:
    assert answers(BAN, *lines) == ["lead INPUT 1", f"first {BAN}"]


@pytest.mark.parametrize(("lines", "said"), PARTLY.values(), ids=PARTLY)
def test_after_what_denies_something(lines: list[str], said: list[int]) -> None:
    denying = [lines[at] for at in said]
    accepting = "-A INPUT -p tcp -m tcp --dport 7 -j ACCEPT"
    first = [f"first {line}" for line in denying]
    assert answers(*lines, "-A INPUT -j DROP") == ["lead INPUT 1", *first]
    # Behind a rule that lets in, it would lose its effect.
    later = [f"later {line}" for line in denying]
    assert answers(accepting, *lines) == ["lead INPUT 0", *later]


def test_a_chain_that_lets_something_in_is_no_ban() -> None:
    lines = ["-A INPUT -j own", "-A own -p tcp -m tcp --dport 22 -j ACCEPT", "-A own -j DROP"]
    assert answers(*lines) == ["lead INPUT 0"]
