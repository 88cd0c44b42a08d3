DROP INDEX "run_open";--> statement-breakpoint
CREATE INDEX "run_open" ON "run" USING btree ("run_id") WHERE "run"."state" in ('queued', 'running', 'interrupted');