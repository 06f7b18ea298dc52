"""Pages of cases. Each reads through ``visible_to`` or ``get_for`` and writes the access log before it is rendered:
a page whose row in the log cannot be written is not shown. That goes for forms too, for they name the case and people.

What is said to those outside: a case that is not theirs is 404, whether it exists or not, and so is what hangs on it.
The list of cases is the same empty page for everyone who holds no seat. Opening a case is refused with 403, for it
tells only that the page exists. The access log is 404 to all but log reviewers.
"""
