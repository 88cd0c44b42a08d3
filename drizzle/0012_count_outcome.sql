CREATE TABLE "count_outcome" (
	"trail_id" integer NOT NULL,
	"block" integer NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"success" integer NOT NULL,
	"failure" integer NOT NULL,
	"denied" integer NOT NULL,
	CONSTRAINT "count_outcome_pkey" PRIMARY KEY("trail_id","block","hour")
);
--> statement-breakpoint

-- Written by hand from here. What the sealer has counted already is counted here too; the scope is read once a question, as in 0009.
INSERT INTO count_outcome (trail_id, block, hour, success, failure, denied)
  SELECT trail_id, block, hour, coalesce(sum(n) FILTER (WHERE outcome = 'success'), 0), coalesce(sum(n) FILTER (WHERE outcome = 'failure'), 0),
    coalesce(sum(n) FILTER (WHERE outcome = 'denied'), 0)
  FROM count_hour GROUP BY trail_id, block, hour ORDER BY trail_id, block, hour;
--> statement-breakpoint
CREATE VIEW count_outcome_view AS
  SELECT * FROM count_outcome WHERE trail_id = ANY (ARRAY(SELECT unnest(nullif(current_setting('indelible.trails', true), '')::int[])));
--> statement-breakpoint
GRANT SELECT ON count_outcome_view TO indelible_reader;
--> statement-breakpoint
GRANT SELECT, INSERT ON count_outcome TO indelible_writer;
