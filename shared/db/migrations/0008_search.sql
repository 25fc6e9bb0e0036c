CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE INDEX "task_events_by_text" ON "task_events" USING gin ((detail::text) gin_trgm_ops);
--> statement-breakpoint
CREATE INDEX "task_events_by_time" ON "task_events" USING btree ("at");
--> statement-breakpoint
CREATE INDEX "tasks_by_end" ON "tasks" USING btree ("finished_at") WHERE state = 'succeeded' and done > 0;
