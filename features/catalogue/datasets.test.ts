import { describe, expect, it } from 'vitest';
import { cloudTrail, type TestEvent } from '@/features/reports/test/datasets';
import { sharedDir } from '@/lib/test/shared';
import { createClassifier, currentCatalogue } from './catalogue';

const shared = sharedDir();
const classify = createClassifier(currentCatalogue);
const isFailedLogin = (event: TestEvent) => classify(event.action)?.category === 'auth.login' && event.outcome !== 'success';
const isPrivileged = (event: TestEvent) => (classify(event.action)?.isPrivileged || event.actorType === 'admin') && !isFailedLogin(event);

function tally<T>(list: readonly T[], by: (one: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of list) counts[by(one)] = (counts[by(one)] ?? 0) + 1;
  return counts;
}

describe.skipIf(!shared)('default-3 on the CloudTrail set', () => {
  const events = shared ? cloudTrail(shared) : []; // the body of what is skipped runs all the same

  it('finds what was done to the logging: 15 acts, 7 of them failed', () => {
    const audit = events.filter((event) => /^audit\.(start|stop|config)$/.test(classify(event.action)?.category ?? ''));
    expect(tally(audit, (event) => event.outcome)).toEqual({ success: 8, failure: 7 });
  });

  it('finds 27 grants that succeeded', () => {
    expect(events.filter((event) => classify(event.action)?.category === 'priv.grant' && event.outcome === 'success')).toHaveLength(27);
  });

  it('gives these privileged acts by people, services and systems', () => {
    expect(tally(events.filter(isPrivileged), (event) => event.actorType)).toEqual({ user: 529, service: 5, system: 66 });
    expect(
      tally(
        events.filter((event) => isPrivileged(event) && event.actorType === 'user'),
        (event) => classify(event.action)?.category ?? 'none',
      ),
    ).toEqual({
      'config.change': 365,
      'credential.change': 68,
      'priv.grant': 27,
      'priv.revoke': 23,
      'auth.elevate': 23,
      'audit.start': 7,
      'audit.stop': 6,
      'audit.config': 2,
      'account.create': 4,
      'account.delete': 4,
    });
  });

  it('leaves these names unclassified', () => {
    expect(
      tally(
        events.filter((event) => classify(event.action) === null),
        (event) => event.action,
      ),
    ).toEqual({ 'ec2.SharedSnapshotVolumeCreated': 2, 'signin.CheckMfa': 1 });
  });
});
