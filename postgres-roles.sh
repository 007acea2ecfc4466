#!/usr/bin/env bash
# Run once as the role that owns the tables, or will: makes alsep_web, which the application runs as.
# It reads and writes rows and owns nothing, so it can neither drop nor disable the journal's append-only triggers. It makes no
# tables either, temporary ones included: one of the name of a table of the journal would be taken for it.
# compose.yaml has PostgreSQL's image run this; elsewhere set POSTGRES_USER, POSTGRES_DB and WEB_PASSWORD (docs/operations.md).
set -euo pipefail

psql --single-transaction --set=ON_ERROR_STOP=1 --set=password="$WEB_PASSWORD" --set=owner="$POSTGRES_USER" --set=database="$POSTGRES_DB" \
    --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
CREATE ROLE alsep_web LOGIN PASSWORD :'password';
-- Its statements are many and short: to compile one takes longer than to answer it.
ALTER ROLE alsep_web SET jit = off;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE TEMP ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO alsep_web;
GRANT USAGE ON SCHEMA public TO alsep_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO alsep_web;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO alsep_web;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO alsep_web;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO alsep_web;
-- Before PostgreSQL 15 the schema public is the superuser's, and another owner's REVOKE only warns.
DO $$ BEGIN
    IF has_schema_privilege('alsep_web', 'public', 'CREATE') OR has_database_privilege('alsep_web', current_database(), 'TEMP, CREATE') THEN
        RAISE 'alsep_web may still make tables: let a superuser run REVOKE CREATE ON SCHEMA public FROM PUBLIC, and this again';
    END IF;
END $$;
SQL
