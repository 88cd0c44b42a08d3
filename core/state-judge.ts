/**
 * SPEC §8, STATE_UNLOGGED: an account, a catalogue or a run that no event explains. The acts of `<host>/indelible` are folded, in the order of seq, into the state that they give; the
 * rows of the mutable tables are compared with it.
 *
 *   account.created {role}          the account is there, with that role
 *   account.changed {role}          … with another
 *   account.disabled                … and may sign in no more
 *   catalogue.published {id, sha256}     the version's text has this hash, or had it before something was added to it
 *   import.finished, bundle.created, resource.verified, verification.finished     one run ended so (run-end.ts); the last stands in the trail that was verified
 *
 * What says nothing of a role leaves it. An account or a version that was removed gives nobody a right and is no finding. What of the table is no state that acts tell of (name, e-mail, password, tries) is
 * not judged. Nor is a run that is not done: of one that was stopped, failed or goes on no event has to tell.
 */
import type { Finding } from './finding';
import { isJsonObject, parseJson } from './json';
import { type RunEnd, runEndOf } from './run-end';

/** `trail`: in which it stands. */
export type StateAct = { trail: string; actorId: string; action: string; outcome: string; resourceType: string; resourceId: string; details: string };

/** As the tables have it. `sha256` is hex over the catalogue's canonical text. */
export type StoredState = {
  accounts: readonly { userId: string; role: string; isDisabled: boolean }[];
  catalogues: readonly { version: string; sha256: string }[];
  /** Those that are done. */
  runs: readonly ({ runId: number } & RunEnd)[];
};

/** Acts that the judgement needs; each may be given, others are passed over. */
export const STATE_ACTIONS = ['account.created', 'account.changed', 'account.disabled', 'catalogue.published', 'import.finished', 'bundle.created'] as const;

type Account = { role: string; isDisabled: boolean };

export class StateJudge {
  private readonly accounts = new Map<string, Account>();
  private readonly catalogues = new Map<string, string[]>();
  private readonly runs = new Map<string, string[]>();

  /** In the order of seq. */
  act(act: StateAct): void {
    const { action, outcome, resourceType, resourceId, details } = act;
    if (outcome !== 'success') return;
    const end = runEndOf(act, act.trail);
    if (end) this.runs.set(end.name, [...(this.runs.get(end.name) ?? []), end.said]);
    const parsed = parseJson(details);
    const said = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
    if (resourceType === 'catalogue' && action === 'catalogue.published' && typeof said.sha256 === 'string') {
      this.catalogues.set(resourceId, [...(this.catalogues.get(resourceId) ?? []), said.sha256]);
      return;
    }
    if (resourceType !== 'account') return;
    const known = this.accounts.get(resourceId);
    const role = typeof said.role === 'string' ? said.role : known?.role;
    if (role === undefined) return;
    if (action === 'account.created') this.accounts.set(resourceId, { role, isDisabled: false });
    if (known === undefined) return;
    if (action === 'account.changed') Object.assign(known, { role, ...(typeof said.disabled === 'boolean' ? { isDisabled: said.disabled } : {}) });
    if (action === 'account.disabled') Object.assign(known, { isDisabled: true });
  }

  /** `expected` is what the acts say, null where none tells of it; `found` what stands in the table. */
  end({ accounts, catalogues, runs }: StoredState): Omit<Finding, 'lastGood'>[] {
    const findings: Omit<Finding, 'lastGood'>[] = [];
    const add = (expected: string | null, found: string) => findings.push({ code: 'STATE_UNLOGGED', seq: null, expected, found });
    for (const { userId, ...row } of accounts) {
      const known = this.accounts.get(userId);
      const found = accountText(userId, row);
      if (known === undefined) add(null, found);
      else if (accountText(userId, known) !== found) add(accountText(userId, known), found);
    }
    for (const { version, sha256 } of catalogues) {
      const known = this.catalogues.get(version);
      if (!known?.includes(sha256)) add(known ? `catalogue ${version} ${known.at(-1)}` : null, `catalogue ${version} ${sha256}`);
    }
    const explained = new Set<string>();
    for (const { runId, name, said } of runs) {
      const known = this.runs.get(name) ?? [];
      const isTold = known.includes(said);
      // one event explains one run
      if (isTold && !explained.has(name)) explained.add(name);
      else add(isTold || known.length === 0 ? null : `run ${runId}: ${known.at(-1)}`, `run ${runId}: ${said}`);
    }
    return findings;
  }
}

const accountText = (userId: string, { role, isDisabled }: { role: string; isDisabled: boolean }) =>
  `account ${userId} ${role}${isDisabled ? ' disabled' : ''}`;
