CREATE INDEX "curve_points_by_date" ON "curve_points" USING btree ("key","date");--> statement-breakpoint
CREATE INDEX "rejected_rows_by_key" ON "rejected_rows" USING btree ("key","date");--> statement-breakpoint
CREATE INDEX "rejected_rows_by_task" ON "rejected_rows" USING btree ("task_id");