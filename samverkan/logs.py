"""What the program's own log says of requests: which kind of page, never whose link or which case."""

import logging
import re

#: A personal link opens something for whoever holds it; the number of a case tells that there is one.
_TOKENS = re.compile(r"(/answer/|/password/reset/key/)[^/\s]+")
_NUMBERS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Discreet(logging.Filter):
    """Takes keys and the numbers of cases out of addresses, and the trace out of what was merely refused."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = _NUMBERS.sub("…", _TOKENS.sub(r"\1…", record.getMessage()))
        record.msg, record.args = said, ()
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
