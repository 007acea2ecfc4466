#!/usr/bin/env bash
# Run once in a new, empty database as the role that will own the tables: makes alsep_web, which the application runs as.
# It reads and writes rows and owns nothing, so it can neither drop nor disable the journal's append-only triggers.
# compose.yaml has PostgreSQL's image run this; elsewhere set POSTGRES_USER, POSTGRES_DB and WEB_PASSWORD (README, "Deploying").
set -euo pipefail

psql --set=ON_ERROR_STOP=1 --set=password="$WEB_PASSWORD" --set=owner="$POSTGRES_USER" --set=database="$POSTGRES_DB" \
    --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
CREATE ROLE alsep_web LOGIN PASSWORD :'password';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO alsep_web;
GRANT USAGE ON SCHEMA public TO alsep_web;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO alsep_web;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO alsep_web;
SQL
