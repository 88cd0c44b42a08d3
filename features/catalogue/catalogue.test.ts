import { describe, expect, it } from 'vitest';
import { generateDemo, twelveMonthsAfter } from '@/features/demo/generate';
import { catalogueText, createClassifier, currentCatalogue, parseCatalogue } from './catalogue';
import { default1 } from './default-1';
import { default2 } from './default-2';

const classify = createClassifier(currentCatalogue);

describe('the catalogue of actions', () => {
  it('takes the longest pattern that matches', () => {
    expect(classify('iam.CreateUser')).toMatchObject({ category: 'account.create', isPrivileged: true });
    expect(classify('iam.CreateRole')).toMatchObject({ category: 'priv.grant' });
    expect(classify('iam.CreateGroup')).toMatchObject({ category: 'config.change' });
    expect(classify('iam.GetLoginProfile')).toMatchObject({ category: 'data.read', isPrivileged: false });
    expect(classify('iam.DeleteRolePolicy')).toMatchObject({ category: 'priv.revoke' });
    expect(classify('iam.DeletePolicy')).toMatchObject({ category: 'config.change' });
    expect(classify('signin.ConsoleLogin')).toMatchObject({ category: 'auth.login', isPrivileged: false });
    expect(classify('cloudtrail.StopLogging')).toMatchObject({ category: 'audit.stop', isPrivileged: true });
  });

  it('reads a pattern as PostgreSQL does: % any text, _ one character, a backslash before one of them itself', () => {
    const of = (pattern: string) => createClassifier(parseCatalogue('t', `${pattern} data.read`));
    expect(of('a\\_b')('a_b')).not.toBeNull();
    expect(of('a\\_b')('axb')).toBeNull();
    expect(of('a_b')('axb')).not.toBeNull();
    expect(of('a.b%')('a.b')).not.toBeNull();
    expect(of('a.b%')('axb')).toBeNull();
    expect(of('100\\%')('100%')).not.toBeNull();
    expect(of('A%')('a1')).toBeNull();
    expect(of('%.Get%')('s3.Get\nObject')).not.toBeNull();
  });

  it('leaves a name that nobody wrote down unclassified, instead of guessing', () => {
    expect(classify('signin.CheckMfa')).toBeNull();
    expect(classify('')).toBeNull();
  });

  it('knows every action of the demo company', () => {
    const start = Date.UTC(2025, 10, 25, 9);
    const actions = new Set<string>();
    for (const { draft } of generateDemo({ startMs: start, endMs: twelveMonthsAfter(start) })) actions.add(draft.action);
    expect([...actions].filter((action) => classify(action) === null)).toEqual([]);
  });

  it("knows the product's own acts", () => {
    const own =
      `account.created auth.lockout auth.login auth.logout bundle.created bundle.downloaded catalogue.published checkpoint.downloaded guard.adopted import.finished
      incident.downloaded key.compromised key.rotated report.viewed resource.verified rules.published tiles.rebuilt trail.added trail.created value.erased verification.finished
      verification.started`.split(/\s+/);
    expect(own.filter((action) => classify(action) === null)).toEqual([]);
    expect(classify('resource.verified')).toEqual({ pattern: 'resource.verified', category: 'audit.read', isPrivileged: false });
    expect(classify('guard.adopted')).toMatchObject({ category: 'audit.config', isPrivileged: true });
  });

  it('has only categories of the published list', () => {
    const categories =
      /^(auth\.(login|logout|lockout|elevate)|account\.(create|enable|disable|delete)|credential\.change|mfa\.change|priv\.(grant|revoke)|config\.change|change\.(request|approve|deploy)|audit\.(read|export|config|start|stop)|data\.(read|create|update|delete|export|disclose)|key\.(use|rotate|destroy)|breakglass\.(open|close)|review\.signoff|dsr\.(received|answered)|erasure\.done|incident\.[a-z]+)$/;
    expect(currentCatalogue.entries.filter((entry) => !categories.test(entry.category))).toEqual([]);
  });

  it('never changes once published: another text needs another version', () => {
    expect(parseCatalogue('default-1', default1).sha256).toBe('2a35c9e1b677c5f138da337c3680cfaa6fdf073aa1e313536dc565c58c58d8bc');
    expect(parseCatalogue('default-2', default2).sha256).toBe('26dab09f4fcc91be2f585e0cae48b8da07e938f6f80bb49ec2fdd1edc3865f57');
    expect(currentCatalogue.version).toBe('default-3');
    expect(catalogueText(currentCatalogue.entries).split('\n')).toHaveLength(currentCatalogue.entries.length + 1);
    expect(currentCatalogue.sha256).toBe('4b2335a4aabcc21f6d13ee8e9cc9faf81eda542146f84cdfddba029a3b17904b');
  });
});
