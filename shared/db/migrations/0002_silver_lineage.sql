ALTER TABLE "silver_curve_fit" ADD COLUMN "inputs" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "silver_curve_metric" ADD COLUMN "inputs" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "silver_curve_point" ADD COLUMN "flags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "silver_curve_point" ADD COLUMN "inputs" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "silver_macro" ADD COLUMN "inputs" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "silver_price" ADD COLUMN "unit" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "silver_price" ADD COLUMN "close" double precision;--> statement-breakpoint
ALTER TABLE "silver_price" ADD COLUMN "price_return" double precision;--> statement-breakpoint
ALTER TABLE "silver_price" ADD COLUMN "inputs" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "silver_stat" ADD COLUMN "unit" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "silver_stat" ADD COLUMN "inputs" text DEFAULT '' NOT NULL;