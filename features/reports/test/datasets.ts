import fs from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '@/core/json';
import { recordReader } from '@/features/capture/import/read-records';
import type { ImportFormat } from '@/features/capture/import/schema';

/** What a test of reports needs of an event. */
export type TestEvent = {
  occurredAt: string;
  actorType: string;
  actorId: string;
  action: string;
  resourceType: string;
  resourceId: string;
  outcome: string;
  ip: string | null;
  details: string;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function read(format: ImportFormat, file: string): TestEvent[] {
  const reader = recordReader(format, { year: 2017, zone: 'UTC' });
  const items = [...reader.push(fs.readFileSync(file)), ...reader.end()];
  return items.flatMap((item) => {
    if (item.kind !== 'draft') return [];
    const draft = item.draft as JsonObject;
    const ip = text(draft.ip_address);
    return [
      {
        occurredAt: text(draft.occurred_at),
        actorType: text(draft.actor_type),
        actorId: text(draft.actor_id),
        action: text(draft.action),
        resourceType: text(draft.resource_type),
        resourceId: text(draft.resource_id),
        outcome: text(draft.outcome),
        ip: /^[0-9.]+$|:/.test(ip) ? ip : null,
        details: JSON.stringify({ ...(draft.details as JsonObject), record: undefined }),
      },
    ];
  });
}

/** 2,900 events of 10 July 2023. */
export function cloudTrail(shared: string): TestEvent[] {
  const dir = path.join(shared, 'datasets/cloudtrail-invictus-aws_dataset/CloudTrail');
  return fs.readdirSync(dir).flatMap((name) => read('cloudtrail', path.join(dir, name)));
}

/** 1,513 events of spring 2017 (the year and UTC are assumptions: the lines have neither). */
export const authlog = (shared: string): TestEvent[] => read('authlog', path.join(shared, 'datasets/authlog-elastic-examples/auth.log'));
