"""With cases on, one test here runs the others in a process of its own with cases off."""

from django.conf import settings

collect_ignore = ["test_without_cases.py"] if settings.CASES else ["test_run.py"]
