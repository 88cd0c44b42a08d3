-- Written by hand: one session, one request. Trees in place of the blooms. BRIN summarises the first 128 pages of a month when the month is made and later ones at each
-- vacuum, and whoever then adds a row to such pages writes the whole summary again: 150 µs an event and more, two thirds of an append while a month was young. These take
-- 1 and 2 µs, six bytes a session's event and forty or more a request's, and find it without reading anything else.
DROP INDEX audit_event_trace;
--> statement-breakpoint
CREATE INDEX audit_event_session ON audit_event (trail_id, session_id) WHERE session_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX audit_event_request ON audit_event (trail_id, request_id) WHERE request_id IS NOT NULL;
