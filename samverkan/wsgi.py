"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

from samverkan.checks import refuse_unsafe_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samverkan.settings")

application = get_wsgi_application()

# Raised here, an error ends gunicorn instead of being met by each request; the workers open connections of their own.
refuse_unsafe_role()
connections.close_all()
