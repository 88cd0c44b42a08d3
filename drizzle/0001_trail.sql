-- Written by hand: roles, indexes, triggers, months, views and grants. Statements are cut at the breakpoints only.

CREATE EXTENSION IF NOT EXISTS pg_trgm; -- trusted: the database's owner may
--> statement-breakpoint

-- Roles are cluster-wide, so they carry the product's name, may be there already, and another database may be making them now.
-- Nobody logs in as one of them; a transaction takes one with SET LOCAL ROLE.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['indelible_reader', 'indelible_writer', 'indelible_app'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
  END LOOP;
END $$;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM PUBLIC; -- TEMPORARY on the database is revoked by db/migrate.ts: it does not travel with a copy of the database
--> statement-breakpoint

-- Indexes of the parent reach every month. Each DESC has NULLS FIRST, its default, which is what ORDER BY … DESC asks for.
CREATE INDEX audit_event_time     ON audit_event (trail_id, occurred_at DESC, seq DESC);
--> statement-breakpoint
CREATE INDEX audit_event_actor    ON audit_event (trail_id, actor_id, occurred_at DESC, seq DESC);
--> statement-breakpoint
CREATE INDEX audit_event_resource ON audit_event (trail_id, resource_type, resource_id, occurred_at DESC, seq DESC);
--> statement-breakpoint
CREATE INDEX audit_event_action   ON audit_event (trail_id, action, occurred_at DESC, seq DESC);
--> statement-breakpoint
CREATE INDEX audit_event_address  ON audit_event (trail_id, ip_address, occurred_at DESC, seq DESC) WHERE ip_address IS NOT NULL;
--> statement-breakpoint
CREATE INDEX audit_event_failed   ON audit_event (trail_id, occurred_at DESC, seq DESC) INCLUDE (actor_id, outcome, ip_address, action) WHERE outcome <> 'success';
--> statement-breakpoint
CREATE INDEX audit_event_admin    ON audit_event (trail_id, occurred_at DESC, seq DESC) INCLUDE (actor_id, action, outcome, actor_type) WHERE actor_type IN ('admin', 'system');
--> statement-breakpoint
CREATE INDEX audit_event_text     ON audit_event USING gin ((action || ' ' || resource_id) gin_trgm_ops);
--> statement-breakpoint

-- Fires for the superuser too; but an owner can disable a trigger or drop a month: so the product runs as lesser roles and the chain is checked from outside.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_event is append-only: % is refused', tg_op USING errcode = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change(); -- cloned into every month
--> statement-breakpoint
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change(); -- not cloned: ensure_partition puts one on each
--> statement-breakpoint

-- LIKE + ATTACH, never PARTITION OF: that waits for every open reader, and every append then waits behind it.
CREATE FUNCTION ensure_partition(at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  m date := date_trunc('month', at AT TIME ZONE 'UTC');
  p text := 'audit_event_' || to_char(m, 'YYYY_MM');
BEGIN
  IF to_regclass(p) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(727275);
  IF to_regclass(p) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE audit_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', p);
  EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (recorded_at >= %L AND recorded_at < %L)', p, p || '_range', m::timestamptz, (m + interval '1 month')::timestamptz);
  EXECUTE format('ALTER TABLE audit_event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', p, m::timestamptz, (m + interval '1 month')::timestamptz);
  EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', p);
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ensure_partition FROM PUBLIC;
--> statement-breakpoint

-- The only door for reading. A plain view with the owner's rights: trigram, JSON and address filters keep their indexes, which row security takes away.
-- NULLIF: after the first SET LOCAL of a session an unset setting reads '' and not NULL.
CREATE VIEW event_view AS
  SELECT * FROM audit_event
  WHERE trail_id = ANY (nullif(current_setting('indelible.trails', true), '')::int[]);
--> statement-breakpoint
-- What a verification, which runs as the reader, compares the stream with.
CREATE VIEW head_view AS
  SELECT * FROM trail_head WHERE trail_id = ANY (nullif(current_setting('indelible.trails', true), '')::int[]);
--> statement-breakpoint
CREATE VIEW key_view AS
  SELECT trail_id, source, id, seq FROM event_key WHERE trail_id = ANY (nullif(current_setting('indelible.trails', true), '')::int[]);
--> statement-breakpoint

GRANT USAGE ON SCHEMA public TO indelible_reader, indelible_writer, indelible_app;
--> statement-breakpoint
-- The reader: looks, and has nothing of its own.
GRANT SELECT ON event_view, head_view, key_view, trail, trail_segment, action_catalogue TO indelible_reader;
--> statement-breakpoint
-- The writer: adds events and their keys, moves the head.
GRANT SELECT ON trail TO indelible_writer;
--> statement-breakpoint
GRANT SELECT, INSERT ON audit_event, event_key TO indelible_writer;
--> statement-breakpoint
GRANT SELECT, UPDATE ON trail_head TO indelible_writer;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON trail_segment TO indelible_writer;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION ensure_partition TO indelible_writer;
--> statement-breakpoint
-- The app: the mutable tables, and a new trail.
GRANT SELECT, INSERT ON trail, trail_head, bundle, action_catalogue TO indelible_app;
--> statement-breakpoint
GRANT SELECT ON trail_segment TO indelible_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON app_user, run TO indelible_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON run_finding, import_reject TO indelible_app; -- DELETE: a resumed run begins its list again
