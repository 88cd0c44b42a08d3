import { describe, expect, it } from 'vitest';
import { sessionOf } from './session';
import { UnknownTries } from './unknown-tries';

const account = { userId: 'u1', name: 'Ines Hartmann', email: 'ines@example.com', role: 'officer', sessionVersion: 3, disabledAt: null };
const token = { userId: 'u1', sessionVersion: 3 };

describe('a session', () => {
  it('takes its rights from the account, not from the token', () => {
    expect(sessionOf({ ...token, role: 'admin' } as never, account)).toEqual({
      userId: 'u1',
      name: 'Ines Hartmann',
      email: 'ines@example.com',
      role: 'officer',
    });
  });

  it('ends with the account, with a raised version, and never begins without a token', () => {
    expect(sessionOf(token, { ...account, disabledAt: '2026-11-25T00:00:00.000000Z' })).toBeNull();
    expect(sessionOf(token, { ...account, sessionVersion: 4 })).toBeNull();
    expect([sessionOf(undefined, account), sessionOf({}, account), sessionOf(token, null), sessionOf({ userId: 'u2', sessionVersion: 3 }, account)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(sessionOf({ userId: 'u1' }, account)).toBeNull();
  });
});

describe('tries against no account', () => {
  const limit = { tries: 3, minutes: 30 };
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 25, 9, minute));

  it('lock like those against one, for the same time, in any case of the address', () => {
    const tries = new UnknownTries();
    expect([tries.count('a@x', at(0), limit), tries.count('A@x', at(1), limit)].map((t) => t.until)).toEqual([null, null]);
    expect(tries.count('a@X', at(2), limit)).toEqual({ until: '2026-11-25T09:32:00.000000Z', wasLocked: false });
    expect(tries.count('a@x', at(31), limit)).toEqual({ until: '2026-11-25T09:32:00.000000Z', wasLocked: true }); // a locked try lengthens nothing
    expect(tries.count('a@x', at(32), limit)).toEqual({ until: null, wasLocked: false });
    expect(tries.count('b@x', at(2), limit).until).toBeNull();
  });

  it('stay bounded: the oldest address goes first', () => {
    const tries = new UnknownTries(2);
    for (const email of ['a', 'a', 'b', 'c']) tries.count(email, at(0), limit);
    expect(tries.count('a', at(0), limit).until).toBeNull(); // forgotten: counts from one again
  });
});
