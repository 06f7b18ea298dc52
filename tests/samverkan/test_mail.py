"""A mail made once for many is the mail that each would have got by itself."""

import pytest

from samverkan import mail


def stencil() -> mail.Stencil:
    return mail.Stencil(
        "notice_password_reset",
        language="sv",
        context=lambda blanks: {"url": f"https://example.org/{blanks['token']}"},
        blanks=["token"],
    )


def lines_of(letter) -> list[bytes]:
    """The mail but for what is different in every one: the date, and what parts the bodies."""
    lines = letter.message().as_bytes(linesep="\r\n").splitlines()
    return [line for line in lines if not line.startswith((b"Date:", b"--===", b" boundary"))]


def test_filled_mail_is_the_mail_made_alone():
    context = {"url": "https://example.org/5.abc-D_"}

    filled = stencil().fill(to="police@example.org", key="reminder:1:2", token="5.abc-D_")
    alone = mail.compose(
        "notice_password_reset", to="police@example.org", language="sv", context=context, key="reminder:1:2"
    )

    assert isinstance(filled, mail.Ready)
    assert filled.to == alone.to
    assert lines_of(filled) == lines_of(alone)


@pytest.mark.parametrize(
    ("to", "token"), [("åsa@example.org", "1"), ("a@b\r\nBcc: c@d", "1"), ("a@example.org", "<b>")]
)
def test_what_could_break_out_of_its_blank_is_made_alone(to, token):
    assert not isinstance(stencil().fill(to=to, key="k", token=token), mail.Ready)
