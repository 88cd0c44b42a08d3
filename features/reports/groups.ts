import type { CatalogueEntry } from '@/features/catalogue/catalogue';

/** How the report of privileged actions folds the catalogue's categories: each event belongs to one group, and a group's events can be named by a filter. */
export type PrivilegedGroup = 'config' | 'secrets' | 'rights' | 'accounts' | 'audit' | 'other' | 'login' | 'unflagged';

export const groupOrder: readonly PrivilegedGroup[] = ['config', 'secrets', 'rights', 'accounts', 'audit', 'other', 'login', 'unflagged'];

export const groupLabels: Record<PrivilegedGroup, string> = {
  config: 'Configuration',
  secrets: 'Secrets and keys',
  rights: 'Rights and elevation',
  accounts: 'Accounts',
  audit: 'Audit settings',
  other: 'Other flagged acts',
  login: 'Log-ins and log-outs',
  unflagged: 'Not flagged',
};

const byPrefix: readonly (readonly [RegExp, PrivilegedGroup])[] = [
  [/^(config|change)\./, 'config'],
  [/^(credential|mfa|key)\./, 'secrets'],
  [/^(priv|breakglass)\.|^auth\.elevate$/, 'rights'],
  [/^account\./, 'accounts'],
  [/^audit\./, 'audit'],
];

export function groupOf(entry: CatalogueEntry | null): PrivilegedGroup {
  if (entry?.isPrivileged) return byPrefix.find(([prefix]) => prefix.test(entry.category))?.[1] ?? 'other';
  return entry?.category === 'auth.login' || entry?.category === 'auth.logout' ? 'login' : 'unflagged';
}

const categoryLabels: Record<string, string> = {
  'auth.login': 'Log-in',
  'auth.logout': 'Log-out',
  'auth.lockout': 'Lock-out',
  'auth.elevate': 'Elevation',
  'credential.change': 'Credentials',
  'mfa.change': 'Second factor',
  'priv.grant': 'Grant',
  'priv.revoke': 'Revoke',
  'config.change': 'Configuration',
  'key.use': 'Key use',
  'key.rotate': 'Key rotation',
  'key.destroy': 'Key destruction',
  'audit.start': 'Logging started',
  'audit.stop': 'Logging stopped',
  'audit.config': 'Audit settings',
  'audit.read': 'Audit trail read',
  'audit.export': 'Audit trail exported',
  'breakglass.open': 'Break-glass opened',
  'breakglass.close': 'Break-glass closed',
  'review.signoff': 'Sign-off',
};

/** A category in words: `Configuration`, `Data read`. */
export function categoryLabel(category: string | null): string {
  if (category === null) return 'Not classified';
  const label = categoryLabels[category];
  if (label) return label;
  const words = category.replace('.', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
