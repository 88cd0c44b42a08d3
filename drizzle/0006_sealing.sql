CREATE TABLE "checkpoint" (
	"trail_id" integer NOT NULL,
	"size" bigint NOT NULL,
	"root" "bytea" NOT NULL,
	"note" text COLLATE "C" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "checkpoint_pkey" PRIMARY KEY("trail_id","size","root")
);
--> statement-breakpoint
CREATE TABLE "count_day" (
	"trail_id" integer NOT NULL,
	"block" integer NOT NULL,
	"day_utc" date NOT NULL,
	"action" text COLLATE "C" NOT NULL,
	"actor_type" text COLLATE "C" NOT NULL,
	"outcome" text COLLATE "C" NOT NULL,
	"resource_type" text COLLATE "C" NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "count_day_pkey" PRIMARY KEY("trail_id","block","day_utc","action","actor_type","outcome","resource_type")
);
--> statement-breakpoint
CREATE TABLE "count_hour" (
	"trail_id" integer NOT NULL,
	"block" integer NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"actor_type" text COLLATE "C" NOT NULL,
	"outcome" text COLLATE "C" NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "count_hour_pkey" PRIMARY KEY("trail_id","block","hour","actor_type","outcome")
);
--> statement-breakpoint
CREATE TABLE "sealed_value" (
	"trail_id" integer NOT NULL,
	"seq" bigint NOT NULL,
	"pointer" text COLLATE "C" NOT NULL,
	"disclosure" text COLLATE "C" NOT NULL,
	CONSTRAINT "sealed_value_pkey" PRIMARY KEY("trail_id","seq","pointer")
);
--> statement-breakpoint
CREATE TABLE "tile" (
	"trail_id" integer NOT NULL,
	"level" smallint NOT NULL,
	"n" bigint NOT NULL,
	"width" smallint NOT NULL,
	"hashes" "bytea" NOT NULL,
	CONSTRAINT "tile_pkey" PRIMARY KEY("trail_id","level","n")
);
--> statement-breakpoint

-- Written by hand from here. A full tile never changes (SPEC §5); a partial one only grows.
CREATE FUNCTION refuse_tile_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF old.width = 256 OR new.width < old.width OR (old.trail_id, old.level, old.n) IS DISTINCT FROM (new.trail_id, new.level, new.n)
    OR substring(new.hashes FOR old.width * 32) IS DISTINCT FROM old.hashes THEN
    RAISE EXCEPTION 'tile %/% is not to change', old.level, old.n USING errcode = 'insufficient_privilege';
  END IF;
  RETURN new;
END $$;
--> statement-breakpoint
CREATE TRIGGER grow_only BEFORE UPDATE ON tile FOR EACH ROW EXECUTE FUNCTION refuse_tile_change();
--> statement-breakpoint

-- Hashes: compressing them costs time and saves nothing.
ALTER TABLE tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
--> statement-breakpoint
CREATE VIEW tile_view AS
  SELECT * FROM tile WHERE trail_id = ANY (nullif(current_setting('indelible.trails', true), '')::int[]);
--> statement-breakpoint
CREATE VIEW checkpoint_view AS
  SELECT * FROM checkpoint WHERE trail_id = ANY (nullif(current_setting('indelible.trails', true), '')::int[]);
--> statement-breakpoint
CREATE VIEW sealed_value_view AS
  SELECT * FROM sealed_value WHERE trail_id = ANY (nullif(current_setting('indelible.trails', true), '')::int[]);
--> statement-breakpoint
CREATE VIEW count_hour_view AS
  SELECT * FROM count_hour WHERE trail_id = ANY (nullif(current_setting('indelible.trails', true), '')::int[]);
--> statement-breakpoint
CREATE VIEW count_day_view AS
  SELECT * FROM count_day WHERE trail_id = ANY (nullif(current_setting('indelible.trails', true), '')::int[]);
--> statement-breakpoint
GRANT SELECT ON tile_view, checkpoint_view, sealed_value_view, count_hour_view, count_day_view TO indelible_reader;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON tile TO indelible_writer;
--> statement-breakpoint
GRANT SELECT, INSERT ON checkpoint, count_hour, count_day TO indelible_writer;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON sealed_value TO indelible_writer; -- DELETE: only with the act that says so, in one transaction (SPEC §4)
