-- Written by hand: one session, one request. Blooms over stretches of 128 pages instead of a tree: 5 MB for a million events and next to nothing for an append, because a
-- stretch is summarised when it is full (vacuum) and read whole until then. A full scan of 2M events took 2.3 s, this 20 ms.
CREATE INDEX audit_event_trace ON audit_event USING brin (session_id text_bloom_ops, request_id text_bloom_ops);
