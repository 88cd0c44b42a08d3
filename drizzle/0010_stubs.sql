CREATE TABLE "event_stub" (
	"trail_id" integer NOT NULL,
	"seq" bigint NOT NULL,
	"header_hash" "bytea" NOT NULL,
	"payload_hash" "bytea" NOT NULL,
	"event_hash" "bytea" NOT NULL,
	CONSTRAINT "event_stub_pkey" PRIMARY KEY("trail_id","seq")
);
--> statement-breakpoint
CREATE TABLE "legacy_event" (
	"trail_id" integer NOT NULL,
	"import_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"exact_text" text COLLATE "C" NOT NULL,
	"event_hash" "bytea" NOT NULL,
	CONSTRAINT "legacy_event_pkey" PRIMARY KEY("trail_id","import_id","position")
);
--> statement-breakpoint

-- Written by hand from here. Both only grow, like the events.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', tg_table_name, tg_op USING errcode = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON event_stub FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON event_stub FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON legacy_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON legacy_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint

-- The scope is read once a question: a month of stubs is walked through these.
CREATE VIEW stub_view AS
  SELECT * FROM event_stub WHERE trail_id = ANY (ARRAY(SELECT unnest(nullif(current_setting('indelible.trails', true), '')::int[])));
--> statement-breakpoint
CREATE VIEW legacy_view AS
  SELECT * FROM legacy_event WHERE trail_id = ANY (ARRAY(SELECT unnest(nullif(current_setting('indelible.trails', true), '')::int[])));
--> statement-breakpoint
GRANT SELECT ON stub_view, legacy_view TO indelible_reader;
--> statement-breakpoint
-- An import writes what it reads. Stubs are the owner's alone, in the step that takes the rows away: no role of the product may put one in an event's place.
GRANT SELECT, INSERT ON legacy_event TO indelible_writer;
