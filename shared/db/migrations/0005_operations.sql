CREATE TABLE "alert_deliveries" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"alert_id" bigint,
	"digest" date,
	"kind" text NOT NULL,
	"channel" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"outcome" text NOT NULL,
	"error" text,
	"next_attempt_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "alert_rules" (
	"name" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"severity" text NOT NULL,
	"threshold" double precision,
	"deadline" text,
	"assets" text[],
	"cooldown_minutes" integer DEFAULT 30 NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" text NOT NULL,
	CONSTRAINT "alert_rules_severity" CHECK (severity in ('warning', 'critical'))
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"key_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"revoked_at" timestamp with time zone,
	"revoked_by" text,
	CONSTRAINT "api_keys_key_hash_unique" UNIQUE("key_hash"),
	CONSTRAINT "api_keys_role" CHECK ("api_keys"."role" in ('viewer', 'operator', 'admin'))
);
--> statement-breakpoint
CREATE TABLE "digests" (
	"partition" date PRIMARY KEY NOT NULL,
	"built_at" timestamp with time zone DEFAULT now() NOT NULL,
	"content" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"tx" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "value_overrides" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"date" date NOT NULL,
	"value" numeric,
	"previous_value" numeric,
	"revision" integer NOT NULL,
	"actor" text NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "backfills" ADD COLUMN "estimate" json;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "traceparent" text;--> statement-breakpoint
ALTER TABLE "ticks" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "materializations" ADD COLUMN "id" bigserial NOT NULL;--> statement-breakpoint
ALTER TABLE "materializations" ADD COLUMN "code_version" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "materializations" ADD COLUMN "cutoff" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "materializations" ADD COLUMN "upstream_ids" bigint[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_deliveries_by_alert" ON "alert_deliveries" USING btree ("alert_id");--> statement-breakpoint
CREATE INDEX "alert_deliveries_open" ON "alert_deliveries" USING btree ("next_attempt_at") WHERE "alert_deliveries"."outcome" = 'waiting';--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_by_name" ON "api_keys" USING btree ("name") WHERE "api_keys"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "events_in_order" ON "events" USING btree ("tx","id");--> statement-breakpoint
CREATE INDEX "value_overrides_by_key" ON "value_overrides" USING btree ("key","date");--> statement-breakpoint
CREATE UNIQUE INDEX "materializations_by_id" ON "materializations" USING btree ("id");--> statement-breakpoint
ALTER TABLE "materializations" DROP COLUMN "stale";--> statement-breakpoint
-- What is materialized is taken over as it stands: made by the first versions, from what its upstreams hold now.
WITH "edges" ("asset", "upstream") AS (
	VALUES ('silver_macro', 'bronze_bcb_sgs'), ('silver_macro', 'bronze_fred'), ('silver_returns', 'bronze_yahoo'),
		('silver_returns', 'bronze_bcb_ptax'), ('silver_curves', 'bronze_b3_market_data'), ('silver_curves', 'bronze_treasury_gov'),
		('agent_monetary_policy', 'agent_inflation'), ('agent_fiscal', 'agent_inflation'), ('agent_fiscal', 'agent_monetary_policy'),
		('agent_fx_equilibrium', 'agent_inflation'), ('agent_cross_asset', 'agent_inflation'), ('agent_cross_asset', 'agent_monetary_policy'),
		('agent_cross_asset', 'agent_fiscal'), ('agent_cross_asset', 'agent_fx_equilibrium')
	UNION ALL
	SELECT "agent", "silver" FROM unnest('{agent_inflation,agent_monetary_policy,agent_fiscal,agent_fx_equilibrium,agent_cross_asset}'::text[]) "agent",
		unnest('{silver_macro,silver_returns,silver_curves}'::text[]) "silver"
), "upstreams" AS (
	SELECT "m"."asset", "m"."partition", array_agg("u"."id") AS "ids" FROM "materializations" "m"
	JOIN "edges" ON "edges"."asset" = "m"."asset"
	JOIN "materializations" "u" ON "u"."asset" = "edges"."upstream" AND "u"."partition" = "m"."partition"
	GROUP BY 1, 2
), "taken" AS (
	SELECT "asset", "partition", coalesce("ids", '{}') AS "ids" FROM "materializations" LEFT JOIN "upstreams" USING ("asset", "partition")
)
UPDATE "materializations" "m" SET
	"code_version" = CASE split_part("m"."asset", '_', 1) WHEN 'bronze' THEN '1' WHEN 'silver' THEN '2' ELSE '1.1' END,
	"cutoff" = ("m"."partition" + CASE extract(isodow FROM "m"."partition") WHEN 5 THEN 3 ELSE 1 END + time '06:00') AT TIME ZONE 'America/Sao_Paulo',
	"upstream_ids" = "taken"."ids"
FROM "taken" WHERE "taken"."asset" = "m"."asset" AND "taken"."partition" = "m"."partition";
