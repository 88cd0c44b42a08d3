import { people } from './company';
import type { Deed, World } from './event';
import { anyMerchant, type Changes, type Kind } from './records';

type Maker = (world: World) => Deed;

const staff = people.filter((one) => one.type === 'user').map((one) => one.id);
const roles = ['billing-read', 'billing-write', 'care-team-north', 'care-team-south', 'lab-sign', 'reveal-cards', 'export-records'] as const;

/** Change numbers rise with the days, so that a later ticket has a higher number. About one change in nine names none. */
function ticket({ rng, day }: World): Record<string, string> {
  return rng.chance(0.88) ? { ticket: `CHG-${(day - 19_000) * 9 + rng.int(9)}` } : {};
}

function changed(action: string, kind: Kind, ids: readonly string[], type: string = kind, only?: string): Maker {
  return (world) => {
    const id = world.rng.pick(ids);
    const changes: Changes = world.records.change(kind, id, world.rng, only);
    const isRefused = world.rng.chance(0.025);
    return {
      action,
      resource: [type, id],
      ...(isRefused ? { outcome: 'failure', details: { ...ticket(world), error: 'version_conflict' } } : { details: { ...ticket(world), changes } }),
    };
  };
}

const updateMerchant: Maker = (world) => {
  const id = anyMerchant(world.rng);
  return { action: 'merchant.update', resource: ['merchant', id], details: { ...ticket(world), changes: world.records.change('merchant', id, world.rng) } };
};
const updateConfig = changed('config.update', 'config', ['clinic-app', 'payments-api', 'idp', 'pacs-gateway']);
const updateFirewall = changed('firewall_rule.update', 'firewall_rule', ['edge-01', 'edge-02', 'lab-net', 'pacs-net']);
const updateRetention = changed('retention.update', 'retention_policy', ['clinic', 'payments', 'images'], 'retention_policy');
const grantRole: Maker = (world) => {
  const subject = world.rng.pick(staff);
  const role = world.rng.pick(roles);
  const names = ticket(world);
  const approved = names.ticket ? { approved_by: world.rng.pick(['i.harbour', 's.lantern']) } : {};
  return { action: 'role.grant', resource: ['user', subject], details: { ...names, ...approved, role, subject, changes: { roles: { old: '', new: role } } } };
};
const revokeRole: Maker = (world) => {
  const subject = world.rng.pick(staff);
  const role = world.rng.pick(roles);
  return { action: 'role.revoke', resource: ['user', subject], details: { ...ticket(world), role, subject, changes: { roles: { old: role, new: '' } } } };
};
const resetCredentials: Maker = (world) => ({
  action: 'user.password_reset',
  resource: ['user', world.rng.pick(staff)],
  details: { ...ticket(world), reason: world.rng.pick(['forgotten', 'new device', 'expired']) },
});
const resetMfa: Maker = (world) => ({
  action: 'mfa.reset',
  resource: ['user', world.rng.pick(staff)],
  details: { ...ticket(world), reason: world.rng.pick(['lost phone', 'new phone']) },
});
const createUser: Maker = (world) => ({
  action: 'user.create',
  resource: ['user', `temp.${world.rng.hex(4)}`],
  details: { ...ticket(world), contract: world.rng.pick(['student', 'locum', 'vendor']) },
});
const disableUser: Maker = (world) => ({
  action: 'user.disable',
  resource: ['user', `temp.${world.rng.hex(4)}`],
  details: { ...ticket(world), reason: 'contract ended' },
});
const issueKey: Maker = (world) => ({
  action: 'api_key.create',
  resource: ['api_key', `ak-${world.rng.hex(6)}`],
  details: { ...ticket(world), owner: world.rng.pick(['svc-reminders', 'svc-lab-import', 'svc-settlement']), scope: 'read' },
});
const useKey: Maker = (world) => ({
  action: 'key.use',
  resource: ['key', world.rng.pick(['export-signing', 'payout-signing', 'backup-wrapping'])],
  details: ticket(world),
});
const rotateKey: Maker = (world) => ({
  action: 'key.rotate',
  resource: ['key', world.rng.pick(['export-signing', 'payout-signing', 'backup-wrapping'])],
  details: { ...ticket(world), generation: world.rng.between(4, 40) },
});
const configureAudit: Maker = (world) => ({
  action: 'audit.configure',
  resource: ['source', world.rng.pick(['clinic-app', 'payments-api', 'pacs-gateway'])],
  details: { ...ticket(world), changes: { sampling: { old: 'all', new: 'all' }, batch: { old: world.rng.pick([100, 250]), new: 500 } } },
});
const requestChange: Maker = (world) => ({
  action: 'change.request',
  resource: ['change', `CHG-${(world.day - 19_000) * 9 + world.rng.int(9)}`],
  details: { risk: world.rng.pick(['low', 'low', 'standard', 'high']) },
});
const approveChange: Maker = (world) => ({
  action: 'change.approve',
  resource: ['change', `CHG-${(world.day - 19_000) * 9 + world.rng.int(9)}`],
  details: { board: world.rng.pick(['standing', 'weekly']) },
});
const readBackup: Maker = (world) => ({
  action: 'backup.restore_test',
  resource: ['backup', `nightly-${world.rng.between(1, 30)}`],
  details: { ...ticket(world), bytes: world.rng.between(10_000_000, 900_000_000) },
});

/** What administrators do, in the shares in which they do it. */
export const adminDeeds: readonly (readonly [Maker, number])[] = [
  [updateMerchant, 16],
  [updateConfig, 17],
  [updateFirewall, 9],
  [updateRetention, 1.5],
  [grantRole, 7],
  [revokeRole, 5],
  [resetCredentials, 9],
  [resetMfa, 3],
  [createUser, 3],
  [disableUser, 2.5],
  [issueKey, 3],
  [useKey, 6],
  [rotateKey, 2],
  [configureAudit, 1.4],
  [requestChange, 6],
  [approveChange, 5],
  [readBackup, 1.2],
];
