-- Written by `drizzle-kit generate` from db/schema. By hand: PARTITION BY of audit_event and the fillfactor of trail_head, which Drizzle cannot say (it does not mind them afterwards).
CREATE TABLE "action_catalogue" (
	"version" text COLLATE "C" NOT NULL,
	"pattern" text COLLATE "C" NOT NULL,
	"category" text COLLATE "C" NOT NULL,
	"is_privileged" boolean NOT NULL,
	CONSTRAINT "action_catalogue_version_pattern_pk" PRIMARY KEY("version","pattern")
);
--> statement-breakpoint
CREATE TABLE "app_user" (
	"user_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"password_hash" text,
	"failed_count" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp with time zone,
	"session_version" integer DEFAULT 1 NOT NULL,
	"disabled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_event" (
	"trail_id" integer NOT NULL,
	"seq" bigint NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"id" uuid NOT NULL,
	"v" smallint NOT NULL,
	"header_salt" "bytea" NOT NULL,
	"actor_type" text COLLATE "C" NOT NULL,
	"actor_id" text COLLATE "C" NOT NULL,
	"action" text COLLATE "C" NOT NULL,
	"resource_type" text COLLATE "C" NOT NULL,
	"resource_id" text COLLATE "C" NOT NULL,
	"outcome" text COLLATE "C" NOT NULL,
	"payload_salt" "bytea" NOT NULL,
	"details" json NOT NULL,
	"ip_address" text COLLATE "C",
	"user_agent" text COLLATE "C",
	"request_id" text COLLATE "C",
	"session_id" text COLLATE "C",
	"source" text COLLATE "C",
	"source_epoch" uuid,
	"source_seq" bigint,
	"sealed" json,
	"redaction" text COLLATE "C",
	"prev_hash" "bytea" NOT NULL,
	"event_hash" "bytea" NOT NULL,
	CONSTRAINT "audit_event_trail_id_seq_recorded_at_pk" PRIMARY KEY("trail_id","seq","recorded_at")
) PARTITION BY RANGE ("recorded_at");
--> statement-breakpoint
CREATE TABLE "bundle" (
	"bundle_id" uuid PRIMARY KEY NOT NULL,
	"run_id" bigint,
	"trail_id" integer NOT NULL,
	"filter" jsonb,
	"from_seq" bigint NOT NULL,
	"to_seq" bigint NOT NULL,
	"level" text NOT NULL,
	"file_name" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"tagmanifest_sha256" text NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bundle_level_check" CHECK ("bundle"."level" in ('selection', 'asserted', 'proven'))
);
--> statement-breakpoint
CREATE TABLE "import_reject" (
	"run_id" bigint NOT NULL,
	"n" integer NOT NULL,
	"file" text NOT NULL,
	"line" bigint NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "import_reject_run_id_n_pk" PRIMARY KEY("run_id","n")
);
--> statement-breakpoint
CREATE TABLE "run" (
	"run_id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "run_run_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"trail_id" integer NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"params" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"done" bigint DEFAULT 0 NOT NULL,
	"total" bigint,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"result" jsonb,
	"from_seq" bigint,
	"to_seq" bigint,
	"to_event_hash" "bytea",
	"started_by" uuid,
	"started_at" timestamp with time zone,
	"owner" text,
	"heartbeat_at" timestamp with time zone,
	"cancel_requested_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "run_kind_check" CHECK ("run"."kind" in ('verify', 'import', 'bundle')),
	CONSTRAINT "run_state_check" CHECK ("run"."state" in ('queued', 'running', 'done', 'cancelled', 'failed', 'interrupted'))
);
--> statement-breakpoint
CREATE TABLE "run_finding" (
	"run_id" bigint NOT NULL,
	"n" integer NOT NULL,
	"code" text NOT NULL,
	"seq" bigint,
	"expected" text,
	"found" text,
	"last_good" bigint,
	CONSTRAINT "run_finding_run_id_n_pk" PRIMARY KEY("run_id","n")
);
--> statement-breakpoint
CREATE TABLE "event_key" (
	"trail_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"source" text COLLATE "C" NOT NULL,
	"seq" bigint NOT NULL,
	"mac_key" smallint NOT NULL,
	"draft_mac" "bytea" NOT NULL,
	CONSTRAINT "event_key_trail_id_id_source_pk" PRIMARY KEY("trail_id","id","source")
);
--> statement-breakpoint
CREATE TABLE "trail" (
	"trail_id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "trail_trail_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"origin" text COLLATE "C" NOT NULL,
	"alias" text COLLATE "C" NOT NULL,
	"log_vkey" text COLLATE "C" NOT NULL,
	"is_synthetic" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "trail_origin_key" UNIQUE("origin"),
	CONSTRAINT "trail_alias_key" UNIQUE("alias")
);
--> statement-breakpoint
CREATE TABLE "trail_head" (
	"trail_id" integer PRIMARY KEY NOT NULL,
	"next_seq" bigint DEFAULT 0 NOT NULL,
	"last_hash" "bytea" NOT NULL,
	"last_recorded_at" timestamp with time zone,
	"clock_behind" boolean DEFAULT false NOT NULL,
	"clock_apart" boolean DEFAULT false NOT NULL,
	"mac" "bytea" NOT NULL,
	CONSTRAINT "trail_head_last_hash_check" CHECK (octet_length("trail_head"."last_hash") = 32)
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE "trail_segment" (
	"trail_id" integer NOT NULL,
	"month" date NOT NULL,
	"first_seq" bigint NOT NULL,
	"last_seq" bigint NOT NULL,
	CONSTRAINT "trail_segment_trail_id_month_pk" PRIMARY KEY("trail_id","month")
);
--> statement-breakpoint
ALTER TABLE "bundle" ADD CONSTRAINT "bundle_run_id_run_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."run"("run_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bundle" ADD CONSTRAINT "bundle_trail_id_trail_trail_id_fk" FOREIGN KEY ("trail_id") REFERENCES "public"."trail"("trail_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_reject" ADD CONSTRAINT "import_reject_run_id_run_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."run"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run" ADD CONSTRAINT "run_trail_id_trail_trail_id_fk" FOREIGN KEY ("trail_id") REFERENCES "public"."trail"("trail_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_finding" ADD CONSTRAINT "run_finding_run_id_run_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."run"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trail_head" ADD CONSTRAINT "trail_head_trail_id_trail_trail_id_fk" FOREIGN KEY ("trail_id") REFERENCES "public"."trail"("trail_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "app_user_email" ON "app_user" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "bundle_trail" ON "bundle" USING btree ("trail_id","created_at");--> statement-breakpoint
CREATE INDEX "run_trail" ON "run" USING btree ("trail_id","run_id");--> statement-breakpoint
CREATE INDEX "run_open" ON "run" USING btree ("run_id") WHERE "run"."state" in ('queued', 'running');