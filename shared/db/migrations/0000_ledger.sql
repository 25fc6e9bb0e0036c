CREATE TABLE "agent_reports" (
	"agent" text NOT NULL,
	"partition" date NOT NULL,
	"model_version" text NOT NULL,
	"revision" integer NOT NULL,
	"status" text NOT NULL,
	"coverage" double precision NOT NULL,
	"narrative" text NOT NULL,
	"outputs" jsonb NOT NULL,
	"diagnostics" jsonb NOT NULL,
	"data_quality_flags" text[] NOT NULL,
	"content_hash" text NOT NULL,
	"task_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agent_reports_agent_partition_model_version_revision_pk" PRIMARY KEY("agent","partition","model_version","revision")
);
--> statement-breakpoint
CREATE TABLE "backfills" (
	"id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"from_partition" date NOT NULL,
	"to_partition" date NOT NULL,
	"assets" text[] NOT NULL,
	"only" text NOT NULL,
	"slice" text NOT NULL,
	"max_concurrent_runs" integer NOT NULL,
	"order" text NOT NULL,
	"idempotency_key" text,
	"request_hash" text NOT NULL,
	"partitions" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "backfills_idempotency_key_unique" UNIQUE("idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "bars" (
	"key" text NOT NULL,
	"date" date NOT NULL,
	"open" numeric,
	"high" numeric,
	"low" numeric,
	"close" numeric NOT NULL,
	"adjusted_close" numeric,
	"volume" numeric,
	"currency" text,
	"vintage_at" timestamp with time zone NOT NULL,
	"rule_release_time" timestamp with time zone,
	"rule_release_basis" text NOT NULL,
	"revision" integer NOT NULL,
	"release_time" timestamp with time zone NOT NULL,
	"release_time_basis" text NOT NULL,
	"vintage_basis" text NOT NULL,
	"ingest_version" bigint NOT NULL,
	"payload_id" bigint,
	"task_id" uuid NOT NULL,
	CONSTRAINT "bars_key_date_vintage_at_pk" PRIMARY KEY("key","date","vintage_at")
);
--> statement-breakpoint
CREATE TABLE "bronze_versions" (
	"asset" text PRIMARY KEY NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "corporate_actions" (
	"key" text NOT NULL,
	"date" date NOT NULL,
	"kind" text NOT NULL,
	"amount" numeric NOT NULL,
	"vintage_at" timestamp with time zone NOT NULL,
	"rule_release_time" timestamp with time zone,
	"rule_release_basis" text NOT NULL,
	"revision" integer NOT NULL,
	"release_time" timestamp with time zone NOT NULL,
	"release_time_basis" text NOT NULL,
	"vintage_basis" text NOT NULL,
	"ingest_version" bigint NOT NULL,
	"payload_id" bigint,
	"task_id" uuid NOT NULL,
	CONSTRAINT "corporate_actions_key_date_kind_vintage_at_pk" PRIMARY KEY("key","date","kind","vintage_at")
);
--> statement-breakpoint
CREATE TABLE "coverage" (
	"provider" text NOT NULL,
	"key" text NOT NULL,
	"window_id" text NOT NULL,
	"from_date" date NOT NULL,
	"to_date" date NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL,
	"payload_ids" bigint[] NOT NULL,
	"replay_outcome" text,
	"replay_recorded" text,
	"ingested_at" timestamp with time zone,
	"requests" integer DEFAULT 0 NOT NULL,
	"task_id" uuid NOT NULL,
	CONSTRAINT "coverage_provider_key_window_id_pk" PRIMARY KEY("provider","key","window_id")
);
--> statement-breakpoint
CREATE TABLE "curve_points" (
	"key" text NOT NULL,
	"curve_id" text NOT NULL,
	"date" date NOT NULL,
	"vertex" text NOT NULL,
	"maturity" date,
	"calendar_days" integer NOT NULL,
	"business_days" integer,
	"rate" numeric,
	"price" numeric,
	"rate_kind" text NOT NULL,
	"vintage_at" timestamp with time zone NOT NULL,
	"rule_release_time" timestamp with time zone,
	"rule_release_basis" text NOT NULL,
	"revision" integer NOT NULL,
	"release_time" timestamp with time zone NOT NULL,
	"release_time_basis" text NOT NULL,
	"vintage_basis" text NOT NULL,
	"ingest_version" bigint NOT NULL,
	"payload_id" bigint,
	"task_id" uuid NOT NULL,
	CONSTRAINT "curve_points_key_curve_id_date_vertex_vintage_at_pk" PRIMARY KEY("key","curve_id","date","vertex","vintage_at")
);
--> statement-breakpoint
CREATE TABLE "fixings" (
	"key" text NOT NULL,
	"date" date NOT NULL,
	"bulletin" text NOT NULL,
	"bid" numeric NOT NULL,
	"ask" numeric NOT NULL,
	"vintage_at" timestamp with time zone NOT NULL,
	"rule_release_time" timestamp with time zone,
	"rule_release_basis" text NOT NULL,
	"revision" integer NOT NULL,
	"release_time" timestamp with time zone NOT NULL,
	"release_time_basis" text NOT NULL,
	"vintage_basis" text NOT NULL,
	"ingest_version" bigint NOT NULL,
	"payload_id" bigint,
	"task_id" uuid NOT NULL,
	CONSTRAINT "fixings_key_date_bulletin_vintage_at_pk" PRIMARY KEY("key","date","bulletin","vintage_at")
);
--> statement-breakpoint
CREATE TABLE "instruments" (
	"key" text PRIMARY KEY NOT NULL,
	"class" text NOT NULL,
	"calendar" text NOT NULL,
	"quote_unit" text NOT NULL,
	"has_volume" boolean NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "materializations" (
	"asset" text NOT NULL,
	"partition" date NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"degraded" boolean DEFAULT false NOT NULL,
	"stale" boolean DEFAULT false NOT NULL,
	"blocked" boolean DEFAULT false NOT NULL,
	"rows" integer DEFAULT 0 NOT NULL,
	"task_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"materialized_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "materializations_asset_partition_pk" PRIMARY KEY("asset","partition"),
	CONSTRAINT "materializations_state" CHECK ("materializations"."state" in ('fresh', 'no_data_expected', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "observations" (
	"key" text NOT NULL,
	"date" date NOT NULL,
	"value" numeric,
	"vintage_at" timestamp with time zone NOT NULL,
	"rule_release_time" timestamp with time zone,
	"rule_release_basis" text NOT NULL,
	"revision" integer NOT NULL,
	"release_time" timestamp with time zone NOT NULL,
	"release_time_basis" text NOT NULL,
	"vintage_basis" text NOT NULL,
	"ingest_version" bigint NOT NULL,
	"payload_id" bigint,
	"task_id" uuid NOT NULL,
	CONSTRAINT "observations_key_date_vintage_at_pk" PRIMARY KEY("key","date","vintage_at")
);
--> statement-breakpoint
CREATE TABLE "payloads" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"key" text NOT NULL,
	"window_id" text NOT NULL,
	"part" text NOT NULL,
	"url" text NOT NULL,
	"status" smallint NOT NULL,
	"content_type" text NOT NULL,
	"sha256" text NOT NULL,
	"bytes" integer NOT NULL,
	"body_gzip" "bytea" NOT NULL,
	"replay_outcome" text,
	"replay_recorded" text,
	"replay_marked" text,
	"fetched_at" timestamp with time zone NOT NULL,
	"task_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rejected_rows" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"task_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"key" text NOT NULL,
	"date" date,
	"reason" text NOT NULL,
	"raw" text NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"backfill_id" uuid,
	"position" integer DEFAULT 0 NOT NULL,
	"from_partition" date NOT NULL,
	"to_partition" date NOT NULL,
	"only" text NOT NULL,
	"dispatch" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "series" (
	"key" text PRIMARY KEY NOT NULL,
	"asset" text NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"unit" text NOT NULL,
	"frequency" text NOT NULL,
	"country" text NOT NULL,
	"calendar" text NOT NULL,
	"release_rule" text NOT NULL,
	"vintage_mode" text NOT NULL,
	"mandatory" boolean NOT NULL,
	"disabled" text,
	"expected_min" double precision,
	"expected_max" double precision,
	"verified" text NOT NULL,
	"feeds" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signals" (
	"signal_id" text NOT NULL,
	"agent" text NOT NULL,
	"partition" date NOT NULL,
	"model_version" text NOT NULL,
	"revision" integer NOT NULL,
	"axis" text NOT NULL,
	"direction" text NOT NULL,
	"strength" text NOT NULL,
	"confidence" double precision NOT NULL,
	"value" double precision,
	"unit" text NOT NULL,
	"horizon_days" integer NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"inputs" jsonb NOT NULL,
	"proxies" text[] NOT NULL,
	"metadata" jsonb NOT NULL,
	"task_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "signals_signal_id_partition_model_version_revision_pk" PRIMARY KEY("signal_id","partition","model_version","revision")
);
--> statement-breakpoint
CREATE TABLE "silver_curve_fit" (
	"curve_id" text NOT NULL,
	"curve_date" date NOT NULL,
	"model" text NOT NULL,
	"known_at" timestamp with time zone NOT NULL,
	"b0" double precision,
	"b1" double precision,
	"b2" double precision,
	"b3" double precision,
	"l1" double precision,
	"l2" double precision,
	"rmse_bp" double precision,
	"condition" double precision,
	"points" integer NOT NULL,
	"status" text NOT NULL,
	CONSTRAINT "silver_curve_fit_curve_id_curve_date_model_known_at_pk" PRIMARY KEY("curve_id","curve_date","model","known_at")
);
--> statement-breakpoint
CREATE TABLE "silver_curve_metric" (
	"curve_id" text NOT NULL,
	"curve_date" date NOT NULL,
	"metric" text NOT NULL,
	"known_at" timestamp with time zone NOT NULL,
	"value" double precision,
	"unit" text NOT NULL,
	"reason" text,
	CONSTRAINT "silver_curve_metric_curve_id_curve_date_metric_known_at_pk" PRIMARY KEY("curve_id","curve_date","metric","known_at")
);
--> statement-breakpoint
CREATE TABLE "silver_curve_point" (
	"curve_id" text NOT NULL,
	"curve_date" date NOT NULL,
	"tenor" text NOT NULL,
	"calendar_days" integer NOT NULL,
	"business_days" integer,
	"known_at" timestamp with time zone NOT NULL,
	"value" double precision,
	"value_kind" text NOT NULL,
	"method" text NOT NULL,
	"reason" text,
	CONSTRAINT "silver_curve_point_curve_id_curve_date_tenor_method_known_at_pk" PRIMARY KEY("curve_id","curve_date","tenor","method","known_at")
);
--> statement-breakpoint
CREATE TABLE "silver_macro" (
	"series_key" text NOT NULL,
	"transform" text NOT NULL,
	"period" text NOT NULL,
	"period_start" date NOT NULL,
	"known_at" timestamp with time zone NOT NULL,
	"value" double precision,
	"unit" text NOT NULL,
	"reason" text,
	CONSTRAINT "silver_macro_series_key_transform_period_known_at_pk" PRIMARY KEY("series_key","transform","period","known_at")
);
--> statement-breakpoint
CREATE TABLE "silver_price" (
	"instrument" text NOT NULL,
	"session_date" date NOT NULL,
	"known_at" timestamp with time zone NOT NULL,
	"price" double precision NOT NULL,
	"field" text NOT NULL,
	"log_return" double precision,
	"simple_return" double precision,
	"flags" text[] NOT NULL,
	CONSTRAINT "silver_price_instrument_session_date_known_at_pk" PRIMARY KEY("instrument","session_date","known_at")
);
--> statement-breakpoint
CREATE TABLE "silver_stat" (
	"instrument" text NOT NULL,
	"stat" text NOT NULL,
	"window" integer NOT NULL,
	"session_date" date NOT NULL,
	"known_at" timestamp with time zone NOT NULL,
	"value" double precision,
	"reason" text,
	CONSTRAINT "silver_stat_instrument_stat_window_session_date_known_at_pk" PRIMARY KEY("instrument","stat","window","session_date","known_at")
);
--> statement-breakpoint
CREATE TABLE "silver_versions" (
	"asset" text NOT NULL,
	"upstream" text NOT NULL,
	"derived_version" bigint NOT NULL,
	"model_version" text NOT NULL,
	CONSTRAINT "silver_versions_asset_upstream_pk" PRIMARY KEY("asset","upstream")
);
--> statement-breakpoint
CREATE TABLE "task_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"task_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"kind" text NOT NULL,
	"attempt" integer NOT NULL,
	"fence" bigint NOT NULL,
	"worker" text,
	"detail" jsonb
);
--> statement-breakpoint
CREATE TABLE "task_keys" (
	"task_id" uuid NOT NULL,
	"key" text NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	"windows" integer NOT NULL,
	"requests" integer NOT NULL,
	"fetched" integer NOT NULL,
	"inserted" integer NOT NULL,
	"rejected" integer NOT NULL,
	"error" jsonb,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "task_keys_task_id_key_pk" PRIMARY KEY("task_id","key")
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"asset" text NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"partitions" integer NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"dispatch" integer DEFAULT 0 NOT NULL,
	"fence" bigint DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"crashes" integer DEFAULT 0 NOT NULL,
	"postponements" integer DEFAULT 0 NOT NULL,
	"worker" text,
	"rows" integer DEFAULT 0 NOT NULL,
	"requests" integer DEFAULT 0 NOT NULL,
	"failure" jsonb,
	"queued_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "ticks" (
	"schedule" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"partition" date NOT NULL,
	"outcome" text NOT NULL,
	"run_id" uuid,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ticks_schedule_due_at_pk" PRIMARY KEY("schedule","due_at")
);
--> statement-breakpoint
ALTER TABLE "instruments" ADD CONSTRAINT "instruments_key_series_key_fk" FOREIGN KEY ("key") REFERENCES "public"."series"("key") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_backfill_id_backfills_id_fk" FOREIGN KEY ("backfill_id") REFERENCES "public"."backfills"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bars_by_ingest" ON "bars" USING btree ("ingest_version");--> statement-breakpoint
CREATE INDEX "curve_points_by_ingest" ON "curve_points" USING btree ("ingest_version");--> statement-breakpoint
CREATE INDEX "fixings_by_ingest" ON "fixings" USING btree ("ingest_version");--> statement-breakpoint
CREATE INDEX "materializations_by_partition" ON "materializations" USING btree ("partition");--> statement-breakpoint
CREATE INDEX "observations_by_ingest" ON "observations" USING btree ("ingest_version");--> statement-breakpoint
CREATE INDEX "payloads_by_window" ON "payloads" USING btree ("provider","key","window_id");--> statement-breakpoint
CREATE INDEX "runs_by_state" ON "runs" USING btree ("state");--> statement-breakpoint
CREATE INDEX "runs_by_backfill" ON "runs" USING btree ("backfill_id","position");--> statement-breakpoint
CREATE INDEX "signals_by_partition" ON "signals" USING btree ("partition","agent");--> statement-breakpoint
CREATE INDEX "task_events_by_task" ON "task_events" USING btree ("task_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_by_run" ON "tasks" USING btree ("run_id","asset");--> statement-breakpoint
CREATE INDEX "tasks_by_state" ON "tasks" USING btree ("state");