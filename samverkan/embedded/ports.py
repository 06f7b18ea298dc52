"""Ports on the loopback address; nothing here ever listens anywhere else."""

import socket

from samverkan.embedded.trouble import Trouble

HOST = "127.0.0.1"
DEFAULT_PORT = 8000


def free() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now; one that has just closed counts as free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def chosen(value: str) -> int:
    """The port that `PORT=` asks for, checked; the default one where it is empty."""
    if not value:
        port = DEFAULT_PORT
    elif value.isdecimal() and 1 <= int(value) <= 65535:
        port = int(value)
    else:
        raise Trouble(f"PORT is “{value}”; give a number from 1 to 65535, such as PORT=8010.")
    if not is_free(port):
        raise Trouble(
            f"Port {port} is taken by another program (or not allowed): stop that one, or choose another port, "
            f"such as `make demo PORT={port + 10}`."
        )
    return port


def beside(port: int) -> int:
    """The next port where it is free, so that the address is easy to guess; any free one where it is not."""
    return port + 1 if port < 65535 and is_free(port + 1) else free()
