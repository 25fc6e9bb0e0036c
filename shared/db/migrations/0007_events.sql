-- Listeners of GET /v1/events are told of changes of state by triggers, so that nothing that changes a state can forget it.
-- A statement that changes many tasks at once is told as one event of their run: dispatched, cancelled, planned again.
CREATE FUNCTION tell_backfill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (kind, subject, data) VALUES ('backfill.' || NEW.state, NEW.id, jsonb_build_object(
    'backfillId', NEW.id, 'state', NEW.state, 'from', NEW.from_partition, 'to', NEW.to_partition));
  PERFORM pg_notify('events', '');
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER backfill_created AFTER INSERT ON backfills FOR EACH ROW EXECUTE FUNCTION tell_backfill();
--> statement-breakpoint
CREATE TRIGGER backfill_changed AFTER UPDATE OF state ON backfills FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION tell_backfill();
--> statement-breakpoint
CREATE FUNCTION tell_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (kind, subject, data) VALUES ('run.' || NEW.state, NEW.id, jsonb_build_object(
    'runId', NEW.id, 'backfillId', NEW.backfill_id, 'state', NEW.state, 'kind', NEW.kind,
    'from', NEW.from_partition, 'to', NEW.to_partition));
  PERFORM pg_notify('events', '');
  RETURN NULL;
END $$;
--> statement-breakpoint
-- The thousands of runs that a backfill may begin with are told by the event of the backfill.
CREATE TRIGGER run_created AFTER INSERT ON runs FOR EACH ROW
  WHEN (NEW.backfill_id IS NULL) EXECUTE FUNCTION tell_run();
--> statement-breakpoint
CREATE TRIGGER run_changed AFTER UPDATE OF state ON runs FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION tell_run();
--> statement-breakpoint
-- Without a notification: those of many workers would wait for each other at every commit. Listeners look once a second.
CREATE FUNCTION tell_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (kind, subject, data) SELECT 'task.' || NEW.state, NEW.id, jsonb_build_object(
    'taskId', NEW.id, 'runId', NEW.run_id, 'backfillId', runs.backfill_id, 'asset', NEW.asset, 'state', NEW.state,
    'reason', NEW.reason, 'attempt', NEW.attempts)
  FROM runs WHERE runs.id = NEW.run_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER task_changed AFTER UPDATE OF state ON tasks FOR EACH ROW
  WHEN (OLD.state <> NEW.state AND (NEW.state IN ('running', 'succeeded', 'failed', 'skipped')
    OR OLD.state = 'running' AND NEW.state = 'queued')) EXECUTE FUNCTION tell_task();
--> statement-breakpoint
CREATE FUNCTION tell_tick() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (kind, subject, data) VALUES ('tick.' || NEW.outcome, NEW.schedule, jsonb_build_object(
    'schedule', NEW.schedule, 'dueAt', to_char(NEW.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'partition', NEW.partition, 'outcome', NEW.outcome, 'runId', NEW.run_id));
  PERFORM pg_notify('events', '');
  RETURN NULL;
END $$;
--> statement-breakpoint
-- The anchor of the first start was no due moment.
CREATE TRIGGER tick_recorded AFTER INSERT ON ticks FOR EACH ROW
  WHEN (NEW.outcome <> 'installed') EXECUTE FUNCTION tell_tick();
--> statement-breakpoint
CREATE FUNCTION tell_alert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (kind, subject, data) VALUES (
    CASE WHEN NEW.resolved_at IS NULL THEN 'alert.raised' ELSE 'alert.resolved' END, NEW.id, jsonb_build_object(
    'alertId', NEW.id, 'rule', NEW.rule, 'subject', NEW.subject, 'severity', NEW.severity, 'message', NEW.message));
  PERFORM pg_notify('events', '');
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER alert_raised AFTER INSERT ON alerts FOR EACH ROW EXECUTE FUNCTION tell_alert();
--> statement-breakpoint
CREATE TRIGGER alert_resolved AFTER UPDATE OF resolved_at ON alerts FOR EACH ROW
  WHEN ((OLD.resolved_at IS NULL) <> (NEW.resolved_at IS NULL)) EXECUTE FUNCTION tell_alert();
--> statement-breakpoint
CREATE FUNCTION tell_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (kind, subject, data) VALUES (
    CASE WHEN NEW.resumed_at IS NULL THEN 'schedule.paused' ELSE 'schedule.resumed' END, NEW.schedule, jsonb_build_object(
    'schedule', NEW.schedule, 'by', coalesce(NEW.resumed_by, NEW.paused_by)));
  PERFORM pg_notify('events', '');
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER schedule_paused AFTER INSERT ON schedule_pauses FOR EACH ROW EXECUTE FUNCTION tell_schedule();
--> statement-breakpoint
CREATE TRIGGER schedule_resumed AFTER UPDATE OF resumed_at ON schedule_pauses FOR EACH ROW
  WHEN (OLD.resumed_at IS NULL AND NEW.resumed_at IS NOT NULL) EXECUTE FUNCTION tell_schedule();
--> statement-breakpoint
-- The oldest event that is kept: who was last told of something older may have missed what was removed.
INSERT INTO events (kind, subject, data) VALUES ('events.opened', '', '{}');
