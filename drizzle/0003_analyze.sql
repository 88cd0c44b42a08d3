-- Written by hand. Autovacuum analyses each month but never the whole table, and ANALYZE is the owner's: the writer may ask for it after a bulk load.
CREATE FUNCTION analyze_audit_event() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE audit_event;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION analyze_audit_event FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION analyze_audit_event TO indelible_writer;
