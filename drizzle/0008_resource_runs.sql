ALTER TABLE "run" DROP CONSTRAINT "run_kind_check";--> statement-breakpoint
ALTER TABLE "run" ADD CONSTRAINT "run_kind_check" CHECK ("run"."kind" in ('verify', 'resource', 'import', 'bundle'));