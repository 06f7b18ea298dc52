"""The project itself as an app: commands and checks."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from samverkan.celery import app as celery_app
from samverkan.checks import database_role


class SamverkanConfig(AppConfig):
    name = "samverkan"
    verbose_name = "Samverkan"

    def ready(self) -> None:
        # A web process that wakes a worker must publish to our broker, not to Celery's default one.
        celery_app.set_default()
        register(database_role, Tags.database)  # type: ignore[call-overload]
