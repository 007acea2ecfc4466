DROP FUNCTION IF EXISTS alsep_caller;
CREATE FUNCTION alsep_caller(text, text, timestamp with time zone)
RETURNS TABLE (cashier__id bigint,
    cashier__taxpayer_id bigint,
    cashier__code integer,
    cashier__name character varying,
    cashier__login character varying,
    cashier__password character varying,
    cashier__dismissed_at timestamp with time zone)
LANGUAGE plpgsql STABLE ROWS 1
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
SELECT "kkm_token"."cashier_id" AS "cashier__id", "kkm_cashier"."taxpayer_id" AS
"cashier__taxpayer_id", "kkm_cashier"."code" AS "cashier__code", "kkm_cashier"."name" AS
"cashier__name", "kkm_cashier"."login" AS "cashier__login", "kkm_cashier"."password" AS
"cashier__password", "kkm_cashier"."dismissed_at" AS "cashier__dismissed_at" FROM "kkm_token" INNER
JOIN "kkm_apikey" ON ("kkm_token"."key_id" = "kkm_apikey"."id") INNER JOIN "kkm_cashier" ON
("kkm_token"."cashier_id" = "kkm_cashier"."id") WHERE ("kkm_token"."digest" = $1 AND
"kkm_apikey"."digest" = $2 AND "kkm_cashier"."dismissed_at" IS NULL AND "kkm_apikey"."revoked_at"
IS NULL AND "kkm_token"."revoked_at" IS NULL AND "kkm_token"."expires_at" > $3 AND
"kkm_token"."issued_at" <= $3);
END $$;

DROP FUNCTION IF EXISTS alsep_register;
CREATE FUNCTION alsep_register(text, bigint)
RETURNS TABLE (id bigint,
    serial_number character varying,
    model_id bigint,
    made_in smallint,
    taxpayer_id bigint,
    trade_name character varying,
    address character varying,
    address_kk character varying,
    ofd_id bigint,
    identity_number character varying,
    comment character varying,
    taxpayer__id bigint,
    taxpayer__name character varying,
    taxpayer__taxpayer_number character varying,
    taxpayer__vat_series character varying,
    taxpayer__vat_number character varying,
    ofd__id bigint,
    ofd__code smallint,
    ofd__name character varying,
    ofd__name_kk character varying,
    ofd__name_en character varying,
    ofd__host character varying,
    subquery1 character varying,
    exists1 boolean,
    subquery2 text)
LANGUAGE plpgsql STABLE ROWS 1
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
SELECT "kkm_kkm"."id" AS "id", "kkm_kkm"."serial_number" AS "serial_number", "kkm_kkm"."model_id" AS
"model_id", "kkm_kkm"."made_in" AS "made_in", "kkm_kkm"."taxpayer_id" AS "taxpayer_id",
"kkm_kkm"."trade_name" AS "trade_name", "kkm_kkm"."address" AS "address", "kkm_kkm"."address_kk" AS
"address_kk", "kkm_kkm"."ofd_id" AS "ofd_id", "kkm_kkm"."identity_number" AS "identity_number",
"kkm_kkm"."comment" AS "comment", "kkm_kkm"."taxpayer_id" AS "taxpayer__id", "kkm_taxpayer"."name"
AS "taxpayer__name", "kkm_taxpayer"."taxpayer_number" AS "taxpayer__taxpayer_number",
"kkm_taxpayer"."vat_series" AS "taxpayer__vat_series", "kkm_taxpayer"."vat_number" AS
"taxpayer__vat_number", "kkm_kkm"."ofd_id" AS "ofd__id", "kkm_ofd"."code" AS "ofd__code",
"kkm_ofd"."name" AS "ofd__name", "kkm_ofd"."name_kk" AS "ofd__name_kk", "kkm_ofd"."name_en" AS
"ofd__name_en", "kkm_ofd"."host" AS "ofd__host", (SELECT U0."registration_number" AS
"registration_number" FROM "kkm_registration" U0 WHERE (U0."closed_at" IS NULL AND U0."kkm_id" =
("kkm_kkm"."id")) LIMIT 1) AS "subquery1", EXISTS(SELECT 1 AS "a" FROM "kkm_cashier_kkms" U0 WHERE
(U0."cashier_id" = $2 AND U0."kkm_id" = ("kkm_kkm"."id")) LIMIT 1) AS "exists1", (SELECT
U0."details" AS "details" FROM "kkm_fiscaloperation" U0 WHERE (U0."kind" >= 30 AND U0."kind" IN (30,
50) AND U0."kkm_id" = ("kkm_kkm"."id")) ORDER BY U0."number" DESC LIMIT 1) AS "subquery2" FROM
"kkm_kkm" INNER JOIN "kkm_taxpayer" ON ("kkm_kkm"."taxpayer_id" = "kkm_taxpayer"."id") LEFT OUTER
JOIN "kkm_ofd" ON ("kkm_kkm"."ofd_id" = "kkm_ofd"."id") WHERE "kkm_kkm"."serial_number" = $1;
END $$;

DROP FUNCTION IF EXISTS alsep_shift_place;
CREATE FUNCTION alsep_shift_place(bigint, bigint)
RETURNS TABLE (number integer,
    registration__registration_number character varying,
    tickets_before integer,
    last_number bigint,
    frozen_details text)
LANGUAGE plpgsql STABLE ROWS 1
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
SELECT "kkm_shift"."number" AS "number", "kkm_registration"."registration_number" AS
"registration__registration_number", COALESCE((SELECT (((U0."sale_count" + U0."purchase_count") +
U0."sale_return_count") + U0."purchase_return_count") AS "tickets" FROM "kkm_fiscaloperation" U0
WHERE (U0."kkm_id" = ("kkm_shift"."kkm_id") AND U0."number" = ("kkm_shift"."first_number" - 1))), 0)
AS "tickets_before", "kkm_shift"."last_number" AS "last_number", (SELECT U0."details" AS "details"
FROM "kkm_fiscaloperation" U0 WHERE (U0."kind" >= 30 AND U0."kind" IN (30, 50) AND U0."kkm_id" =
("kkm_shift"."kkm_id") AND U0."number" < ("kkm_shift"."first_number")) ORDER BY U0."number" DESC
LIMIT 1) AS "frozen_details" FROM "kkm_shift" INNER JOIN "kkm_registration" ON ("kkm_shift"."kkm_id"
= "kkm_registration"."kkm_id" AND "kkm_shift"."activation_number" =
"kkm_registration"."first_number") WHERE ("kkm_shift"."kkm_id" = $1 AND "kkm_shift"."number" =
$2);
END $$;

DROP FUNCTION IF EXISTS alsep_state;
CREATE FUNCTION alsep_state(bigint, text, date)
RETURNS TABLE (serial_number character varying,
    is_number_taken boolean,
    rates text,
    number integer,
    seal bytea,
    occurred_at timestamp with time zone,
    sale_total bigint,
    purchase_total bigint,
    sale_return_total bigint,
    purchase_return_total bigint,
    sale_count integer,
    purchase_count integer,
    sale_return_count integer,
    purchase_return_count integer,
    deposit_count integer,
    withdrawal_count integer,
    cash_in_drawer bigint,
    activation_number bigint,
    registration_number character varying,
    shift_number integer,
    shift_opened_at timestamp with time zone,
    tickets_before integer,
    last_shift_number integer,
    last_blocking smallint)
LANGUAGE plpgsql VOLATILE ROWS 1
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
PERFORM FROM kkm_kkm WHERE id = $1 FOR NO KEY UPDATE;
RETURN QUERY
SELECT k.serial_number,
       EXISTS (
           SELECT 1 FROM kkm_fiscaloperation
           WHERE kkm_id = k.id AND external_number = $2 AND NOT (external_number = '')
       ) AS is_number_taken,
       (
           SELECT string_agg(CAST(rate AS text), ',') FROM kkm_vatrate
           WHERE valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3)
       ) AS rates,
       o.number, o.seal, o.occurred_at, o.sale_total, o.purchase_total, o.sale_return_total, o.purchase_return_total, o.sale_count, o.purchase_count, o.sale_return_count, o.purchase_return_count, o.deposit_count, o.withdrawal_count, o.cash_in_drawer,
       r.first_number AS activation_number, r.registration_number,
       s.number AS shift_number, s.opened_at AS shift_opened_at,
       (
           SELECT sale_count + purchase_count + sale_return_count + purchase_return_count FROM kkm_fiscaloperation
           WHERE kkm_id = k.id AND number = s.first_number - 1
       ) AS tickets_before,
       (SELECT MAX(number) FROM kkm_shift WHERE kkm_id = k.id) AS last_shift_number,
       (
           SELECT kind FROM kkm_fiscaloperation
           WHERE kkm_id = k.id AND kind >= 30 AND kind IN (40, 41)
           ORDER BY number DESC LIMIT 1
       ) AS last_blocking
FROM kkm_kkm k
LEFT JOIN kkm_fiscaloperation o ON o.kkm_id = k.id
    AND o.number = (SELECT MAX(number) FROM kkm_fiscaloperation WHERE kkm_id = k.id)
LEFT JOIN kkm_registration r ON r.kkm_id = k.id AND r.closed_at IS NULL
LEFT JOIN kkm_shift s ON s.kkm_id = k.id AND s.closed_at IS NULL
WHERE k.id = $1;
END $$;
