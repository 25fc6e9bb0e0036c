CREATE TABLE "alerts" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"rule" text NOT NULL,
	"subject" text NOT NULL,
	"severity" text NOT NULL,
	"message" text NOT NULL,
	"raised_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"detail" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "check_overrides" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"check_name" text NOT NULL,
	"from_date" date NOT NULL,
	"to_date" date NOT NULL,
	"actor" text NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "check_results" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"task_id" uuid,
	"asset" text NOT NULL,
	"key" text NOT NULL,
	"check_name" text NOT NULL,
	"severity" text NOT NULL,
	"status" text NOT NULL,
	"from_date" date NOT NULL,
	"to_date" date NOT NULL,
	"tested" integer NOT NULL,
	"dates" date[] NOT NULL,
	"expected" text NOT NULL,
	"observed" text NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "check_results_severity" CHECK ("check_results"."severity" in ('block', 'warn')),
	CONSTRAINT "check_results_status" CHECK ("check_results"."status" in ('passed', 'failed', 'overridden'))
);
--> statement-breakpoint
CREATE TABLE "payload_bodies" (
	"sha256" text PRIMARY KEY NOT NULL,
	"body_gzip" "bytea" NOT NULL,
	"stored_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "provider_requests" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"host" text NOT NULL,
	"key" text,
	"at" timestamp with time zone NOT NULL,
	"waited_ms" integer NOT NULL,
	"latency_ms" integer NOT NULL,
	"status" smallint,
	"error" text,
	"payload_id" bigint,
	"task_id" uuid
);
--> statement-breakpoint
ALTER TABLE "payloads" ADD COLUMN "headers" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "rejected_rows" ADD COLUMN "check_name" text;--> statement-breakpoint
ALTER TABLE "series" ADD COLUMN "scale" double precision DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "series" ADD COLUMN "revises" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "series" ADD COLUMN "jump_bound" double precision;--> statement-breakpoint
ALTER TABLE "series" ADD COLUMN "jump_kind" text;--> statement-breakpoint
ALTER TABLE "series" ADD COLUMN "max_staleness" integer;--> statement-breakpoint
ALTER TABLE "task_keys" ADD COLUMN "from_date" date;--> statement-breakpoint
ALTER TABLE "task_keys" ADD COLUMN "to_date" date;--> statement-breakpoint
ALTER TABLE "task_keys" ADD COLUMN "revised" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "task_keys" ADD COLUMN "unchanged" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "task_keys" ADD COLUMN "held" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "task_keys" ADD COLUMN "payload_id" bigint;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open" ON "alerts" USING btree ("rule","subject") WHERE "alerts"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "check_overrides_by_key" ON "check_overrides" USING btree ("key","check_name");--> statement-breakpoint
CREATE INDEX "check_results_by_key" ON "check_results" USING btree ("key","id");--> statement-breakpoint
CREATE INDEX "check_results_by_status" ON "check_results" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "provider_requests_by_time" ON "provider_requests" USING btree ("provider","at");--> statement-breakpoint
CREATE INDEX "payloads_by_body" ON "payloads" USING btree ("sha256");--> statement-breakpoint
INSERT INTO "payload_bodies" ("sha256", "body_gzip", "stored_at") SELECT DISTINCT ON ("sha256") "sha256", "body_gzip", "fetched_at" FROM "payloads" ORDER BY "sha256", "id";--> statement-breakpoint
ALTER TABLE "payloads" DROP COLUMN "body_gzip";