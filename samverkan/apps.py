"""The project itself as an app: commands and checks."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from samverkan.checks import database_role


class SamverkanConfig(AppConfig):
    name = "samverkan"
    verbose_name = "Samverkan"

    def ready(self) -> None:
        register(database_role, Tags.database)
