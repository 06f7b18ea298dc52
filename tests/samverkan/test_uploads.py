"""Files that people give us are judged by what they hold."""

import io
import zipfile

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from samverkan.uploads import KINDS, LARGEST, PAPERS, UploadField, receive

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def word(*, macros: bool = False) -> bytes:
    stream = io.BytesIO()
    Document().save(stream)
    if macros:
        with zipfile.ZipFile(stream, "a") as archive:
            archive.writestr("word/vbaProject.bin", b"Sub AutoOpen()")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("avtal.pdf", PDF, "avtal.pdf"),
        ("avtal", PNG, "avtal.png"),
        ("avtal.exe", PDF, "avtal.pdf"),
        ("../../etc/avtal.pdf", PDF, "avtal.pdf"),
        ("C:\\mina filer\\avtal 1.pdf", PDF, "avtal_1.pdf"),
        ("\u202efdp.avtal", PDF, "fdp.pdf"),
        ("..", PDF, "file.pdf"),
        ("brev.docx", word(), "brev.docx"),
    ],
)
def test_file_is_named_for_what_it_holds(name, content, kept):
    assert receive(name, content).name == kept


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00", "kind"),
        (b"<html><script>alert(1)</script>", "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (PDF + b"0" * LARGEST, "large"),
        (word(macros=True), "macros"),
    ],
)
def test_what_is_not_kept_is_refused(content, code):
    with pytest.raises(ValidationError) as error:
        receive("avtal.pdf", content)

    assert error.value.code == code


def test_signed_paper_is_no_word_file():
    assert receive("a", word()).kind in KINDS
    with pytest.raises(ValidationError):
        receive("a", word(), PAPERS)


class PaperForm(forms.Form):
    paper = UploadField(kinds=PAPERS, required=False)


def test_form_gives_what_was_received():
    form = PaperForm({}, {"paper": SimpleUploadedFile("avtal.html", PDF, "text/html")})

    assert form.is_valid()
    assert (form.cleaned_data["paper"].name, form.cleaned_data["paper"].kind) == (
        "avtal.pdf",
        "application/pdf",
    )
    assert PaperForm({}, {}).is_valid()
    assert not PaperForm({}, {"paper": SimpleUploadedFile("avtal.pdf", b"MZ\x90\x00")}).is_valid()
