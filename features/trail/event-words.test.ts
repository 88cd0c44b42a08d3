import { describe, expect, it } from 'vitest';
import { shortName } from '@/lib/short-name';
import { deedWords, eventSentence, type Told } from './event-words';

const told = (more: Partial<Told>): Told => ({
  actorType: 'user',
  actorId: 'm.okafor',
  action: 'payout.limit.update',
  resourceType: 'merchant',
  resourceId: 'M-2207',
  outcome: 'success',
  details: null,
  ...more,
});

describe('eventSentence', () => {
  it.each<[string, Partial<Told>]>([
    ['m.okafor updated the payout limit of merchant M-2207.', {}],
    [
      'm.okafor updated the payout limit of merchant M-2207: daily_eur from 5000.00 to 50000.00.',
      { details: '{"changes":{"daily_eur":{"new":"50000.00","old":"5000.00"}}}' },
    ],
    ['m.okafor updated the payout limit of merchant M-2207: 2 fields.', { details: '{"changes":{"a":{"new":1,"old":2},"b":{"new":1,"old":2}}}' }],
    ['m.okafor tried to update the payout limit of merchant M-2207, which failed.', { outcome: 'failure' }],
    ['m.okafor was not allowed to update the payout limit of merchant M-2207.', { outcome: 'denied', details: '{"error_code":"AccessDenied"}' }],
    [
      'bert-jan tried to stop the logging of cloudtrail ct-1, which failed: TrailNotFoundException.',
      {
        actorId: 'arn:aws:iam::1:user/bert-jan',
        action: 'cloudtrail.StopLogging',
        resourceType: 'cloudtrail',
        resourceId: 'ct-1',
        outcome: 'failure',
        details: '{"error_code":"TrailNotFoundException"}',
      },
    ],
    ['e.brandt read patient 4711.', { actorId: 'e.brandt', action: 'patient.read', resourceType: 'patient', resourceId: '4711' }],
    ['An attempt against root on web-1 failed.', { actorId: 'root', action: 'auth.login', resourceType: 'host', resourceId: 'web-1', outcome: 'failure' }],
    ['root logged in on web-1.', { actorId: 'root', action: 'auth.login', resourceType: 'host', resourceId: 'web-1' }],
    ['Somebody the source does not name read patient 4711.', { actorId: '', action: 'patient.read', resourceType: 'patient', resourceId: '4711' }],
    ['m.okafor did xyzzy.frob on merchant M-2207.', { action: 'xyzzy.frob' }],
    ['The trail was begun.', { actorType: 'system', actorId: 'indelible', action: 'trail.created', resourceType: 'trail', resourceId: '' }],
    [
      'The trail took a new signing key, c6cf176a, signed in by the old one, 64e917c1.',
      {
        actorType: 'system',
        actorId: 'indelible',
        action: 'key.rotated',
        details: '{"act":"x","new":"a.example/m+c6cf176a+AXFn","old":"a.example/m+64e917c1+AWLU"}',
      },
    ],
    [
      'The key 64e917c1 was named stolen; what it signed alone is trusted up to 2,909 events.',
      {
        actorType: 'system',
        actorId: 'indelible',
        action: 'key.compromised',
        details: '{"act":"x","last_trusted_size":2909,"vkey":"a.example/m+64e917c1+AWLU"}',
      },
    ],
    [
      'A verification of events 0 to 2,901 finished: consistent.',
      { action: 'verification.finished', details: '{"counts":{},"from":0,"state":"consistent","to":2902}' },
    ],
    [
      'b.sparrow tested the restore of backup nightly-1.',
      { actorId: 'b.sparrow', action: 'backup.restore_test', resourceType: 'backup', resourceId: 'nightly-1' },
    ],
    ['s.lantern viewed audit view privileged.', { actorId: 's.lantern', action: 'audit.view', resourceType: 'audit_view', resourceId: 'privileged' }],
    [
      'n.rowan granted the role of user p.dove: roles from nothing to export-records.',
      {
        actorId: 'n.rowan',
        action: 'role.grant',
        resourceType: 'user',
        resourceId: 'p.dove',
        details: '{"changes":{"roles":{"new":"export-records","old":""}}}',
      },
    ],
    ['o.merle logged out.', { actorId: 'o.merle', action: 'auth.logout', resourceType: 'session', resourceId: 's-1' }],
    ['m.okafor changed the password of user u-1.', { action: 'user.password_change', resourceType: 'user', resourceId: 'u-1' }],
  ])('%s', (sentence, more) => expect(eventSentence(told(more))).toBe(sentence));
});

it('says what was done without the actor', () => {
  expect(deedWords(told({}))).toBe('updated the payout limit');
  expect(deedWords(told({ outcome: 'denied' }))).toBe('tried to update the payout limit');
});

it('shortens the names of machines only', () => {
  expect(shortName('arn:aws:iam::1:user/bert-jan')).toBe('bert-jan');
  expect(shortName('a/b:c')).toBe('a/b:c');
});
