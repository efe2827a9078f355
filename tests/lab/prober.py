"""Runs inside one network namespace (`python -I prober.py send|receive`): thousands of connections
at once.

send: reads a JSON list of [transport, source, destination, port] from standard input and prints a
JSON list: for TCP whether the other side answered (a connection, or a refusal: nothing listens
there, but the packet arrived and the answer came back); for UDP always false, the receiver knows. A
datagram holds its number. receive: reads {"udp": ports, "tcp": ports, "groups": [...]}, prints
`ready`, waits for a line, then prints {"udp": numbers that arrived}. It answers nothing; on its TCP
ports it says its own address and port."""

import contextlib
import errno
import ipaddress
import json
import resource
import selectors
import socket
import struct
import sys
import threading
import time
from typing import Any

PATIENCE = 0.7  # seconds without any answer after which a connection counts as blocked


def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if sys.argv[1] == "send":
        # Never so many at once that a queue on the way is full.
        probes = json.load(sys.stdin)
        answers = []
        for start in range(0, len(probes), 1000):
            answers += send(probes[start : start + 1000], start)
        print(json.dumps(answers))
    elif sys.argv[1] == "ask":
        print(json.dumps([ask(*probe) for probe in json.load(sys.stdin)]))
    else:
        receive(json.loads(sys.stdin.readline()))


def family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def send(probes: list[tuple[str, str, str, int]], first: int) -> list[bool]:
    answers = [False] * len(probes)
    waiting = selectors.DefaultSelector()
    open_sockets = []
    for number, (transport, source, destination, port) in enumerate(probes):
        kind = socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM
        sock = socket.socket(family(destination), kind)
        open_sockets.append(sock)
        sock.setblocking(False)
        sock.bind(end(source))
        if transport == "udp":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            multicast(sock, source, destination)
            with contextlib.suppress(PermissionError):  # dropped on the way out
                sock.sendto(struct.pack("!I", first + number), (destination, port))
            if number % 50 == 0:
                time.sleep(0.002)
            continue
        code = sock.connect_ex((destination, port))
        if code in (0, errno.ECONNREFUSED):
            answers[number] = True
        elif code == errno.EINPROGRESS:
            waiting.register(sock, selectors.EVENT_WRITE, number)
    while waiting.get_map():
        ready = waiting.select(PATIENCE)
        if not ready:
            break
        for key, _ in ready:
            sock = open_sockets[key.data]
            answers[key.data] = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) in (
                0,
                errno.ECONNREFUSED,
            )
            waiting.unregister(sock)
    for sock in open_sockets:
        sock.close()
    return answers


def interface() -> int:
    """The one interface that is not loopback."""
    return next(number for number, name in socket.if_nameindex() if name != "lo")


def end(source: str) -> tuple[str, int] | tuple[str, int, int, int]:
    """What a socket is bound to; an address of the link is one only with its interface."""
    if ":" in source and ipaddress.ip_address(source).is_link_local:
        return source, 0, 0, interface()
    return source, 0


def multicast(sock: socket.socket, source: str, destination: str) -> None:
    if destination.startswith("ff"):
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, interface())
    elif ":" not in destination:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(source))


def ask(source: str, destination: str, port: int) -> str | None:
    """Connects and reads what the listener says; None where nothing comes."""
    with socket.socket(family(destination), socket.SOCK_STREAM) as sock:
        sock.settimeout(PATIENCE)
        sock.bind((source, 0))
        try:
            sock.connect((destination, port))
            return sock.recv(200).decode()
        except OSError:
            return None


def receive(wanted: dict[str, Any]) -> None:
    arrived: set[int] = set()
    sockets: list[socket.socket] = []
    waiting = selectors.DefaultSelector()
    for six in (False, True):
        for port in wanted["udp"]:
            sock = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
            if six:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            sock.setblocking(False)
            sock.bind(("::" if six else "0.0.0.0", port))
            for group in wanted["groups"]:
                if (":" in group) == six:
                    join(sock, group)
            waiting.register(sock, selectors.EVENT_READ, len(sockets))
            sockets.append(sock)
    for port in wanted["tcp"]:
        for address in ("0.0.0.0", "::"):
            listener = socket.socket(family(address), socket.SOCK_STREAM)
            if address == "::":
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
            listener.listen(100)
            threading.Thread(target=answer, args=(listener,), daemon=True).start()
    stop = threading.Event()
    threading.Thread(target=until_told, args=(stop,), daemon=True).start()
    print("ready", flush=True)
    while True:
        ready = waiting.select(0.05)
        for key, _ in ready:
            with contextlib.suppress(BlockingIOError):
                while True:
                    arrived.add(struct.unpack("!I", sockets[key.data].recv(4))[0])
        if not ready and stop.is_set():
            break
    print(json.dumps({"udp": sorted(arrived)}))


def until_told(stop: threading.Event) -> None:
    sys.stdin.readline()
    stop.set()


def answer(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        with connection:
            address, port = connection.getsockname()[:2]
            connection.sendall(f"{address} {port}".encode())


def join(sock: socket.socket, group: str) -> None:
    if ":" in group:
        for number, name in socket.if_nameindex():
            if name != "lo":
                member = socket.inet_pton(socket.AF_INET6, group) + struct.pack("@I", number)
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)
    else:
        for number, name in socket.if_nameindex():
            if name != "lo":
                member = (
                    socket.inet_aton(group)
                    + socket.inet_aton("0.0.0.0")
                    + struct.pack("@i", number)
                )
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)


if __name__ == "__main__":
    main()
