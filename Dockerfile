# syntax=docker/dockerfile:1
# One image for the web, the worker and the jobs: `docker build --tag maru .`, then `docker run maru serve`, `worker`,
# `migrate`. It writes to /tmp alone, so the root file system may be read-only. helm/README.md lists its settings.

FROM node:24-slim AS node

FROM python:3.11-slim AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
COPY requirements/production.txt /tmp/production.txt
ENV PATH=/opt/venv/bin:$PATH
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
    && python -m venv /opt/venv \
    && pip install --no-cache-dir --require-hashes --only-binary=:all: --requirement /tmp/production.txt
WORKDIR /app
COPY pyproject.toml ./
COPY migrations migrations
COPY platform platform
COPY auth auth
COPY contentlib contentlib
COPY tenants tenants
ENV PYTHONPATH=/app:/app/platform
RUN python -m maru.web.build --production && python -m maru.web.sign_in /srv/themes && python -m compileall -q .

FROM quay.io/keycloak/keycloak:26.7.4 AS keycloak
COPY --from=build /srv/themes /opt/keycloak/themes
RUN /opt/keycloak/bin/kc.sh build --db=postgres --health-enabled=true --metrics-enabled=true

FROM python:3.11-slim
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Maru" \
      org.opencontainers.image.description="The shared lifelong-learning platform of a province" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision=$REVISION
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app:/app/platform \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MARU_ENV=production \
    MARU_HOME=/tmp/maru \
    MARU_PORT=8000 \
    XDG_CACHE_HOME=/tmp/cache
WORKDIR /app
USER 10001:10001
EXPOSE 8000 8001
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"MARU_PORT\"]}/healthz', timeout=3)"]
ENTRYPOINT ["python", "-m", "maru.cli"]
CMD ["serve"]
