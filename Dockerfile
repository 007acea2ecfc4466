# Alsep for production: gunicorn, static files from the same process, an account without rights. Settings: alsep/settings.py.
FROM python:3.12-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:$PATH
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app

FROM base AS build
RUN apt-get update && apt-get install -y --no-install-recommends gettext && rm -rf /var/lib/apt/lists/*
COPY requirements.txt /tmp/all.txt
RUN sed '/^# Tests and checks\./,$d' /tmp/all.txt > /tmp/requirements.txt \
    && python -m venv /opt/venv \
    && pip install --no-cache-dir --disable-pip-version-check -r /tmp/requirements.txt
COPY . .
# Compiled translations and static files are made here and not kept in the repository. The key serves this step only.
RUN for catalogue in $(find locale -name '*.po'); do msgfmt --check-format -o "${catalogue%.po}.mo" "$catalogue"; done \
    && STATE_DIR=/tmp/state STATIC_ROOT=/app/collected SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(48))') \
       python manage.py collectstatic --noinput

FROM base
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
RUN useradd --system --uid 10001 --home-dir /var/lib/alsep --create-home alsep
USER alsep
ENV STATE_DIR=/var/lib/alsep STATIC_ROOT=/app/collected HOST=0.0.0.0 PORT=8000
VOLUME /var/lib/alsep
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 CMD ["python", "-m", "alsep.healthcheck"]
CMD ["gunicorn", "alsep.wsgi"]
