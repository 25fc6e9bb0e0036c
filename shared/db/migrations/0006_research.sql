-- What people read with SQL. Views show every vintage and belong to the owner of the tables, so that a reader needs no right
-- on those; functions pick the rows in force at a moment, as `as-of.ts` does. They are plain SQL without settings: PostgreSQL
-- puts them into the query that calls them, and its conditions on key and date reach the primary keys.
CREATE SCHEMA research;
--> statement-breakpoint
COMMENT ON SCHEMA research IS 'For people: values as they were known at a moment. Nothing can be written here.';
--> statement-breakpoint
CREATE VIEW research.series_list AS
  SELECT key, asset, code, name, unit, frequency, country, calendar, release_rule, mandatory, disabled, revises
  FROM public.series;
--> statement-breakpoint
COMMENT ON VIEW research.series_list IS 'Every key of the providers with its unit, frequency, calendar and release rule; disabled says why a key is never asked for.';
--> statement-breakpoint
CREATE VIEW research.observation_vintages AS
  SELECT o.key, o.date AS observation_date, o.value, s.unit, o.revision, o.release_time, o.release_time_basis, o.vintage_at, o.vintage_basis
  FROM public.observations o JOIN public.series s ON s.key = o.key AND s.asset IN ('bronze_bcb_sgs', 'bronze_fred')
  UNION ALL
  SELECT b.key, b.date, b.close, s.unit, b.revision, b.release_time, b.release_time_basis, b.vintage_at, b.vintage_basis
  FROM public.bars b JOIN public.series s ON s.key = b.key AND s.asset = 'bronze_yahoo'
  UNION ALL
  SELECT f.key, f.date, f.ask, s.unit, f.revision, f.release_time, f.release_time_basis, f.vintage_at, f.vintage_basis
  FROM public.fixings f JOIN public.series s ON s.key = f.key AND s.asset = 'bronze_bcb_ptax';
--> statement-breakpoint
COMMENT ON VIEW research.observation_vintages IS 'Every vintage of every single value: observations, the close of bars, the selling rate of PTAX. Value in unit; null was withdrawn; vintage_basis manual was set by a person.';
--> statement-breakpoint
CREATE VIEW research.bar_vintages AS
  SELECT key, date AS session_date, open, high, low, close, adjusted_close, volume, currency,
    revision, release_time, release_time_basis, vintage_at, vintage_basis
  FROM public.bars;
--> statement-breakpoint
COMMENT ON VIEW research.bar_vintages IS 'Every vintage of every daily bar; prices in the unit of the key (research.series_list), volume in units traded.';
--> statement-breakpoint
CREATE VIEW research.macro_vintages AS
  SELECT series_key, transform, period, period_start, value, unit, reason, inputs, known_at FROM public.silver_macro;
--> statement-breakpoint
COMMENT ON VIEW research.macro_vintages IS 'Every revision of every value that silver_macro derives, with the moment it could be known.';
--> statement-breakpoint
CREATE VIEW research.price_vintages AS
  SELECT instrument, session_date, price, field, close, log_return, simple_return, price_return, unit, flags, inputs, known_at
  FROM public.silver_price;
--> statement-breakpoint
COMMENT ON VIEW research.price_vintages IS 'Every revision of every price and return of silver_returns; price in unit, returns as decimal fractions.';
--> statement-breakpoint
CREATE VIEW research.stat_vintages AS
  SELECT instrument, stat, "window", session_date, value, unit, reason, inputs, known_at FROM public.silver_stat;
--> statement-breakpoint
COMMENT ON VIEW research.stat_vintages IS 'Every revision of every rolling statistic of silver_returns; window in sessions, 0 without one.';
--> statement-breakpoint
CREATE VIEW research.curve_point_vintages AS
  SELECT curve_id, curve_date, tenor, calendar_days, business_days, value AS rate, value_kind AS kind, method, flags, reason, inputs, known_at
  FROM public.silver_curve_point;
--> statement-breakpoint
COMMENT ON VIEW research.curve_point_vintages IS 'Every revision of every curve point; rate as decimal fraction a year, USDBRL_FWD in BRL per USD.';
--> statement-breakpoint
CREATE VIEW research.report_vintages AS
  SELECT agent, partition, model_version, revision, status, coverage, narrative, created_at AS stored_at FROM public.agent_reports;
--> statement-breakpoint
COMMENT ON VIEW research.report_vintages IS 'Every revision of every report of every model version; stored_at is when it was computed, not the cutoff of its partition.';
--> statement-breakpoint
CREATE VIEW research.signal_vintages AS
  SELECT signal_id, agent, partition, model_version, revision, axis, direction, strength, confidence, value, unit, horizon_days,
    status, reason, inputs, proxies, created_at AS stored_at
  FROM public.signals;
--> statement-breakpoint
COMMENT ON VIEW research.signal_vintages IS 'Every revision of every signal of every model version; horizon in trading days, confidence 0 to 1.';
--> statement-breakpoint
-- Its rows come from the code: each start of the migration writes the view anew (shared/db/research-versions.ts).
CREATE VIEW research.agent_versions AS SELECT NULL::text AS agent, NULL::text AS model_version WHERE false;
--> statement-breakpoint
COMMENT ON VIEW research.agent_versions IS 'The model version of each agent that counts.';
--> statement-breakpoint
CREATE VIEW research.partitions AS
  SELECT asset, partition, state, reason, degraded, blocked, rows, code_version, cutoff, materialized_at
  FROM public.materializations;
--> statement-breakpoint
COMMENT ON VIEW research.partitions IS 'What is materialized: one row for each asset and partition; a partition without a row is missing. Whether one is stale depends on the code that runs: GET /v1/partitions says it.';
--> statement-breakpoint
CREATE FUNCTION research.cutoff(partition date) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT ($1 + CASE extract(isodow FROM $1) WHEN 5 THEN 3 WHEN 6 THEN 2 ELSE 1 END + time '06:00') AT TIME ZONE 'America/Sao_Paulo'
$$;
--> statement-breakpoint
COMMENT ON FUNCTION research.cutoff(date) IS 'What was known by a partition was known by this moment: 06:00 America/Sao_Paulo of the next weekday.';
--> statement-breakpoint
CREATE FUNCTION research.observations(series_key text, as_of timestamptz DEFAULT now())
RETURNS TABLE (observation_date date, value numeric, unit text, revision integer, release_time timestamptz, release_time_basis text, vintage_basis text)
LANGUAGE sql STABLE AS $$
  SELECT DISTINCT ON (v.observation_date) v.observation_date, v.value, v.unit, v.revision, v.release_time, v.release_time_basis, v.vintage_basis
  FROM research.observation_vintages v
  WHERE v.key = $1 AND v.release_time <= $2
  ORDER BY v.observation_date, v.release_time DESC, v.vintage_at DESC
$$;
--> statement-breakpoint
COMMENT ON FUNCTION research.observations(text, timestamptz) IS 'Values of a key in force at a moment, one for each observation date, as GET /v1/series/:key/observations gives them.';
--> statement-breakpoint
CREATE FUNCTION research.bars(series_key text, as_of timestamptz DEFAULT now())
RETURNS TABLE (session_date date, open numeric, high numeric, low numeric, close numeric, adjusted_close numeric, volume numeric,
  currency text, revision integer, release_time timestamptz, release_time_basis text, vintage_basis text)
LANGUAGE sql STABLE AS $$
  SELECT DISTINCT ON (v.session_date) v.session_date, v.open, v.high, v.low, v.close, v.adjusted_close, v.volume,
    v.currency, v.revision, v.release_time, v.release_time_basis, v.vintage_basis
  FROM research.bar_vintages v
  WHERE v.key = $1 AND v.release_time <= $2
  ORDER BY v.session_date, v.release_time DESC, v.vintage_at DESC
$$;
--> statement-breakpoint
COMMENT ON FUNCTION research.bars(text, timestamptz) IS 'Daily bars of an instrument in force at a moment, as GET /v1/bars/:key gives them.';
--> statement-breakpoint
CREATE FUNCTION research.silver(series_key text, transform text, as_of timestamptz DEFAULT now())
RETURNS TABLE (observation_date date, period text, value double precision, unit text, known_at timestamptz, reason text, flags text[], inputs text)
LANGUAGE sql STABLE AS $$
  SELECT DISTINCT ON (d.observation_date) d.observation_date, d.period, d.value, d.unit, d.known_at, d.reason, d.flags, d.inputs
  FROM (
    SELECT m.period_start AS observation_date, m.period, m.value, m.unit, m.known_at, m.reason, '{}'::text[] AS flags, m.inputs
    FROM research.macro_vintages m WHERE m.series_key = $1 AND m.transform = $2
    UNION ALL
    SELECT p.session_date, p.session_date::text, n.value, n.unit, p.known_at,
      CASE WHEN n.value IS NULL THEN coalesce(nullif(array_to_string(p.flags, ', '), ''), 'no session known before') END, p.flags, p.inputs
    FROM research.price_vintages p CROSS JOIN LATERAL (VALUES
      ('price', p.price, p.unit), ('close', p.close, p.unit), ('log_return', p.log_return, 'decimal'),
      ('simple_return', p.simple_return, 'decimal'), ('price_return', p.price_return, 'decimal')) n (transform, value, unit)
    WHERE p.instrument = $1 AND n.transform = $2 AND $2 IN ('price', 'close', 'log_return', 'simple_return', 'price_return')
    UNION ALL
    SELECT t.session_date, t.session_date::text, t.value, t.unit, t.known_at, t.reason, '{}'::text[], t.inputs
    FROM research.stat_vintages t
    WHERE t.instrument = $1 AND t.stat = regexp_replace($2, '_[0-9]+$', '')
      AND t."window" = coalesce((regexp_match($2, '_([0-9]+)$'))[1], '0')::integer
  ) d
  WHERE d.known_at <= $3
  ORDER BY d.observation_date, d.known_at DESC
$$;
--> statement-breakpoint
COMMENT ON FUNCTION research.silver(text, text, timestamptz) IS 'Values of a transform (yoy, log_return, vol_21, …) of a series, instrument or pair in force at a moment, as GET /v1/series/:key/observations?transform= gives them; a null has a reason.';
--> statement-breakpoint
CREATE FUNCTION research.curve(curve text, on_date date DEFAULT current_date, as_of timestamptz DEFAULT now())
RETURNS TABLE (curve_date date, tenor text, calendar_days integer, business_days integer, rate double precision, kind text, method text,
  flags text[], reason text, known_at timestamptz, inputs text)
LANGUAGE sql STABLE AS $$
  SELECT p.curve_date, p.tenor, p.calendar_days, p.business_days, p.rate, p.kind, p.method, p.flags, p.reason, p.known_at, p.inputs
  FROM (
    SELECT DISTINCT ON (v.tenor, v.method = 'observed') v.*
    FROM research.curve_point_vintages v
    WHERE v.curve_id = $1 AND v.known_at <= $3 AND v.curve_date = (
      SELECT n.curve_date FROM research.curve_point_vintages n
      WHERE n.curve_id = $1 AND n.curve_date <= $2 AND n.known_at <= $3 AND n.rate IS NOT NULL
      ORDER BY n.curve_date DESC LIMIT 1)
    ORDER BY v.tenor, v.method = 'observed', v.known_at DESC
  ) p
  WHERE p.reason IS DISTINCT FROM 'no longer given by the source in force'
  ORDER BY p.calendar_days, p.tenor, p.method
$$;
--> statement-breakpoint
COMMENT ON FUNCTION research.curve(text, date, timestamptz) IS 'Points of the newest curve up to a date from what was known at a moment, as GET /v1/curves/:id gives them.';
--> statement-breakpoint
CREATE FUNCTION research.signals(as_of timestamptz DEFAULT now())
RETURNS TABLE (signal_id text, agent text, partition date, axis text, direction text, strength text, confidence double precision,
  value double precision, unit text, horizon_days integer, status text, reason text, inputs jsonb, proxies text[], model_version text,
  revision integer, stored_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT s.signal_id, s.agent, s.partition, s.axis, s.direction, s.strength, s.confidence, s.value, s.unit, s.horizon_days, s.status,
    s.reason, s.inputs, s.proxies, s.model_version, s.revision, s.stored_at
  FROM (
    SELECT DISTINCT ON (r.partition, r.agent) r.partition, r.agent, r.model_version, r.revision
    FROM research.report_vintages r JOIN research.agent_versions c ON c.agent = r.agent AND c.model_version = r.model_version
    WHERE r.stored_at <= $1
    ORDER BY r.partition, r.agent, r.revision DESC
  ) newest
  JOIN research.signal_vintages s ON s.partition = newest.partition AND s.agent = newest.agent
    AND s.model_version = newest.model_version AND s.revision = newest.revision
$$;
--> statement-breakpoint
COMMENT ON FUNCTION research.signals(timestamptz) IS 'Signals of the newest report of each agent and partition that had been stored at a moment, of the model versions that count, as GET /v1/signals gives them.';
--> statement-breakpoint
-- Roles belong to the server, not to the database: another database may have made this one, and a managed server may refuse.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'macro_reader') THEN
    CREATE ROLE macro_reader NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE WARNING 'The role macro_reader was not made: % may not create roles. Let an administrator run the statements of docs/research.md, section Rights.', current_user;
END $$;
--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'macro_reader') THEN
    GRANT USAGE ON SCHEMA research TO macro_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA research TO macro_reader;
    ALTER DEFAULT PRIVILEGES IN SCHEMA research GRANT SELECT ON TABLES TO macro_reader;
  END IF;
END $$;
