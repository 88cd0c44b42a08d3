-- Written by hand: as 0009 for figures, here for ids and values. A verification goes through all ids of a trail without an index, and the scope was parsed for each of them.
CREATE OR REPLACE VIEW key_view AS
  SELECT trail_id, source, id, seq FROM event_key WHERE trail_id = ANY (ARRAY(SELECT unnest(nullif(current_setting('indelible.trails', true), '')::int[])));
--> statement-breakpoint
CREATE OR REPLACE VIEW sealed_value_view AS
  SELECT * FROM sealed_value WHERE trail_id = ANY (ARRAY(SELECT unnest(nullif(current_setting('indelible.trails', true), '')::int[])));
