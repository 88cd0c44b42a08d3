-- Written by hand: what an event was done with. Browsers and tools are few, so that a tree of their names is small (equal names are held once, six bytes an event) and the
-- filter on a part of one asks each name once, not each event.
CREATE INDEX audit_event_agent ON audit_event (trail_id, user_agent) WHERE user_agent IS NOT NULL;
