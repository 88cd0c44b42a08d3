"""The design this product succeeds, small: one process loads every row, makes an object of each, canonicalises and hashes it, and compares.

Rows come on stdin, as COPY text of the columns below; nothing but the standard library. Prints {"events", "seconds", "cpu_seconds", "rss_mb"}; ends with 1 where a hash differs.
"""
import hashlib
import json
import resource
import sys
import time

COLUMNS = (
    'seq recorded_at occurred_at id v header_salt actor_type actor_id action resource_type resource_id outcome payload_salt details '
    'ip_address user_agent request_id session_id source source_epoch source_seq sealed redaction prev_hash event_hash'
).split()
HEADER = 'action actor_id actor_type id occurred_at outcome recorded_at resource_id resource_type seq v'.split()
PAYLOAD = 'details ip_address redaction request_id sealed session_id source source_epoch source_seq user_agent'.split()
NUMBERS = {'seq', 'v', 'source_seq'}
OBJECTS = {'details', 'sealed'}
ESCAPES = {'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}


def value(column, text):
    if text == '\\N':
        return None
    if '\\' in text:
        parts = text.split('\\\\')
        text = '\\'.join(part if '\\' not in part else unescaped(part) for part in parts)
    if column in NUMBERS:
        return int(text)
    return json.loads(text) if column in OBJECTS else text


def unescaped(text):
    first, *rest = text.split('\\')
    return first + ''.join(ESCAPES.get(part[:1], part[:1]) + part[1:] for part in rest)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def event_hash(origin, row):
    header = {name: row[name] for name in HEADER}
    header['salt'] = row['header_salt']
    header['trail'] = origin
    payload = {name: row[name] for name in PAYLOAD if row[name] is not None}
    payload['salt'] = row['payload_salt']
    link = f"audit-chain/v1\n{row['seq']}\n{row['prev_hash']}\n{sha256(canonical(header))}\n{sha256(canonical(payload))}\n"
    return sha256(link.encode())


def main():
    origin = sys.argv[1]
    started = time.monotonic()
    rows = [dict(zip(COLUMNS, map(value, COLUMNS, line.rstrip('\n').split('\t')))) for line in sys.stdin]
    before = sha256(f'audit-genesis/v1\n{origin}\n'.encode())
    for row in rows:
        if row['prev_hash'] != before or row['event_hash'] != event_hash(origin, row):
            sys.exit(f"event {row['seq']} does not hold")
        before = row['event_hash']
    seconds = time.monotonic() - started
    print(json.dumps({'events': len(rows), 'seconds': seconds, 'cpu_seconds': time.process_time(), 'rss_mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


main()
