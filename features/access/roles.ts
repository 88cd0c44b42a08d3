/** What a person is here. One role a person; what each may do is decided at the gates, never on a screen. */
export const roles = ['admin', 'officer', 'auditor'] as const;
export type Role = (typeof roles)[number];

const names: Record<string, string> = { admin: 'Administrator', officer: 'Compliance officer', auditor: 'Auditor' };

export const roleName = (role: string): string => names[role] ?? role;
