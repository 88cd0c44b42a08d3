import { describe, expect, it } from 'vitest';
import { kindOf, kindOfAction } from './kind';

describe('kindOf', () => {
  it.each([
    ['payout.limit.update', 'change'],
    ['s3.GetObject', 'read'],
    ['s3.PutBucketPolicy', 'change'],
    ['user.password_change', 'change'],
    ['k8s.get', 'read'],
    ['thing.deleted', 'change'],
    ['thing.changed', 'change'],
    ['patient.read', 'read'],
    ['report.export', 'read'],
    ['read.model.delete', 'change'],
    ['auth.login', 'other'],
    ['payout.request', 'other'],
    ['offset', 'other'],
    ['sts.AssumeRole', 'other'],
    ['', 'other'],
  ])('%s is %s', (action, kind) => expect(kindOfAction(action)).toBe(kind));
  it("takes the event's own word first", () => {
    expect(kindOf('s3.GetObject', false, false)).toBe('change');
    expect(kindOf('s3.PutObject', true, false)).toBe('read');
    expect(kindOf('payout.request', null, true)).toBe('change');
    expect(kindOf('payout.read', true, true)).toBe('change');
  });
});
