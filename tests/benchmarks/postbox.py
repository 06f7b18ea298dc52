"""A mail server of its own process: ``python -m tests.benchmarks.postbox PORT SECONDS``.

It takes SECONDS to accept a mail, as a server does that writes it to disk and answers across a network.
"""

import asyncio
import sys
from typing import Any

from aiosmtpd.smtp import SMTP


class Taker:
    """Accepts everything and keeps nothing."""

    def __init__(self, wait: float) -> None:
        self.wait = wait

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.wait)
        return "250 Accepted"


async def serve(port: int, wait: float) -> None:
    """Serve until the process is ended; says so on standard output when it listens."""
    taker = Taker(wait)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(taker), "127.0.0.1", port)
    print("listening", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
