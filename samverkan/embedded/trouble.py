"""What goes wrong outside the program."""


class Trouble(Exception):
    """Something a person can mend; the message is one sentence that says what to do, shown without a traceback."""


class Stopped(BaseException):
    """Ctrl-C, a closed terminal or SIGTERM: unwinds every `with` on the way out, and is no failure."""
