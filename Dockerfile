# Base images are pinned to a release. Add the digest that your registry shows before you deploy
# (`image:tag@sha256:…`); a tag can be moved, a digest cannot.

FROM node:24.19.0-bookworm-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13.9-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN python -m venv /opt/venv \
 && /opt/venv/bin/python -m pip install --no-deps --require-hashes --only-binary :all: -r requirements/base.txt
COPY --from=front-end /app/node_modules node_modules
COPY . .
# The values below only let the settings load; nothing of them stays in the image.
RUN for catalogue in locale/*/LC_MESSAGES/*.po; do \
      /opt/venv/bin/pybabel --quiet compile --input-file "$catalogue" --output-file "${catalogue%.po}.mo"; \
    done \
 && key=$(/opt/venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(48))') \
 && SAMVERKAN_MODE=production SECRET_KEY="$key" READER_KEY="$key" ALLOWED_HOSTS=build.invalid \
    BASE_URL=https://build.invalid DATABASE_URL=postgresql://build:build@build.invalid/build \
    REDIS_URL=redis://build.invalid EMAIL_URL=smtp://build.invalid \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity=0 \
 && find node_modules -mindepth 1 -maxdepth 1 ! -name bootstrap-icons -exec rm -rf {} +

FROM python:3.13.9-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SAMVERKAN_MODE=production
RUN useradd --system --uid 10001 --user-group --no-create-home samverkan
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "samverkan.wsgi", "--bind", "0.0.0.0:8000", "--workers", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
