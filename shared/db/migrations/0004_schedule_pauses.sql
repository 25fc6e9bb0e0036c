CREATE TABLE "schedule_pauses" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"schedule" text NOT NULL,
	"paused_at" timestamp with time zone DEFAULT now() NOT NULL,
	"paused_by" text NOT NULL,
	"reason" text,
	"resumed_at" timestamp with time zone,
	"resumed_by" text
);
--> statement-breakpoint
CREATE UNIQUE INDEX "schedule_pauses_open" ON "schedule_pauses" USING btree ("schedule") WHERE "schedule_pauses"."resumed_at" is null;