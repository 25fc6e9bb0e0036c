CREATE INDEX "bars_by_release" ON "bars" USING btree ("release_time");--> statement-breakpoint
CREATE INDEX "curve_points_by_release" ON "curve_points" USING btree ("release_time");--> statement-breakpoint
CREATE INDEX "fixings_by_release" ON "fixings" USING btree ("release_time");--> statement-breakpoint
CREATE INDEX "observations_by_release" ON "observations" USING btree ("release_time");--> statement-breakpoint
CREATE INDEX "silver_curve_fit_by_knowledge" ON "silver_curve_fit" USING brin ("known_at");--> statement-breakpoint
CREATE INDEX "silver_curve_metric_by_knowledge" ON "silver_curve_metric" USING brin ("known_at");--> statement-breakpoint
CREATE INDEX "silver_curve_point_by_knowledge" ON "silver_curve_point" USING brin ("known_at");--> statement-breakpoint
CREATE INDEX "silver_macro_by_knowledge" ON "silver_macro" USING brin ("known_at");--> statement-breakpoint
CREATE INDEX "silver_price_by_knowledge" ON "silver_price" USING brin ("known_at");--> statement-breakpoint
CREATE INDEX "silver_stat_by_knowledge" ON "silver_stat" USING brin ("known_at");