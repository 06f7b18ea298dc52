"""A mail server of its own process: ``python -m tests.benchmarks.postbox PORT [FOLDER]``.

With a folder it keeps each mail there, on disk before it answers, as a server must that says that it has taken one
(RFC 5321 6.1); without, it answers at once and forgets.
"""

import asyncio
import os
import sys
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

numbers = count()


class Taker:
    """Accepts everything."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.folder is not None:
            path = self.folder / f"{next(numbers)}.eml"
            await asyncio.get_running_loop().run_in_executor(None, keep, path, envelope.content)
        return "250 Accepted"


def keep(path: Path, content: bytes) -> None:
    """Write it and its name to disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


async def serve(port: int, folder: Path | None) -> None:
    """Serve until the process is ended; says so on standard output when it listens."""
    taker = Taker(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(taker), "127.0.0.1", port)
    print("listening", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
