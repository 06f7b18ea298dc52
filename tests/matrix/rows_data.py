"""Data in and out."""

from groups.models import PeopleImport, Structure
from tests.matrix.world import MANAGERS, Row, World, of


def furnish(world: World) -> None:
    """A structure that has a name, and a file of the administrator that was checked."""
    by = world.cast.administrator
    Structure.objects.create(name="Samverkan", municipality="Staden")
    world.people_import = PeopleImport.objects.create(by=by, name="a.csv", content=b"a", state="checked")


ADMINISTRATOR = {"administrator"}

ROWS = [
    Row("people_imports", {200: ADMINISTRATOR}),
    Row("people_imports", {422: ADMINISTRATOR}, "post"),
    Row("people_import", {200: ADMINISTRATOR}, arguments=of("people_import")),
    Row("people_import_write", {302: ADMINISTRATOR}, "post", arguments=of("people_import")),
    Row("people_import_cancel", {302: ADMINISTRATOR}, "post", arguments=of("people_import")),
    Row("structure_file", {200: MANAGERS | ADMINISTRATOR}),
]
