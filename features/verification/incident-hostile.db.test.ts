// Incident files of a database in which somebody wrote for the eyes, the shell and the terminal of whoever checks them: each attack done, and the commands run.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { hashRow, headerText, payloadText } from '@/core/event';
import { driveNow } from '@/features/runs/drive-now';
import { textDownload } from '@/lib/file-response';
import { incidentFileName, incidentText } from './incident-file';
import { hasPrograms, incidentOf, incidentOfRun } from './test/incident-of';
import { leafOf, sealedTrail } from './test/sealed-trail';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const sealed = await sealedTrail();
const { attack } = sealed;

const AT = 350;
const alter = () => attack(`update audit_event set actor_id = 'somebody-else' where trail_id = $T and seq = ${AT}`);
/** The file of a run that found the altered event, with something else written into its finding. */
async function fileWith(code: string, column: 'code' | 'found' | 'expected', value: string) {
  const sql = sealed.database.superuser;
  const { runId } = await driveNow({ kind: 'verify', trailId: sealed.trail.trailId, params: {} }, { verify: verifyRun });
  await sql`update run_finding set ${sql({ [column]: value })} where run_id = ${runId} and seq = ${AT} and code = 'EVENT_HASH'`;
  return incidentOfRun(sealed.trail, runId, code);
}

// what an earlier test's run was told of the end is gone with its events
beforeEach(() => attack('delete from run_finding; delete from run'));

describe.skipIf(!hasPrograms)('by hand', () => {
  test('a code of the finding that is a command: nothing of it runs, and the commands find their file', async () => {
    await alter();
    const code = "EVENT_HASH$(touch PWNED)`touch PWNED`;touch PWNED;'$(touch PWNED)";
    const { files, printed, incident } = await fileWith(code, 'code', code);
    expect(files.sort()).toEqual(['key.der', 'sig', 'text']);
    expect(incidentFileName(incident)).toBe(`incident-sealed-run-${incident.run.runId}-unknown-${AT}.txt`);
    const [computed, named] = printed('# the row: the last two lines');
    expect([computed, named]).toEqual([incident.finding.found, incident.stored?.eventHash]);
  });

  test('a code with a line of its own: the download has the headers that it has, and no other', async () => {
    await alter();
    const code = 'EVENT_HASH\r\nX-Of-The-Attacker: 1';
    const { incident, text } = await fileWith(code, 'code', code);
    const { headers } = textDownload(text, incidentFileName(incident));
    expect(headers.get('content-disposition')).toBe(`attachment; filename="incident-sealed-run-${incident.run.runId}-unknown-${AT}.txt"`);
  });

  test('a trail put in whose name is a command: no file is made of it', async () => {
    await alter();
    const { incident } = await incidentOf(sealed.trail, 'EVENT_HASH');
    const [put] = await sealed.database.superuser<{ origin: string; alias: string }[]>`
      insert into trail (origin, alias, log_vkey, is_synthetic)
      select ${'audit.example.com/put-in'}, ${'$(touch PWNED)'}, log_vkey, true from trail where trail_id = ${sealed.trail.trailId} returning origin, alias`;
    expect(put?.alias).toBe('$(touch PWNED)');
    expect(() => incidentText({ ...incident, ...put })).toThrow('TRAIL_NAME_REFUSED');
    expect(() => incidentFileName({ ...incident, ...put })).toThrow('TRAIL_NAME_REFUSED');
  });

  test.each(['found', 'expected'] as const)(
    'lines of the genuine row in what the finding names as %s: the altered row is not proved by them',
    async (column) => {
      const genuine = (await sealed.rows())[AT];
      if (!genuine) throw new Error('no row');
      await alter();
      const hash = genuine.eventHash.toString('hex');
      const lines = [
        ...['x', '', 'stored seq', String(AT), 'stored prev', genuine.prevHash.toString('hex')],
        ...['stored header', headerText(sealed.trail.origin, genuine), 'stored payload', payloadText(genuine), 'stored event_hash', hash, ''],
      ];
      const { printed } = await fileWith('EVENT_HASH', column, lines.join('\n'));
      const altered = (await sealed.rows())[AT] as typeof genuine;
      expect(altered.actorId).toBe('somebody-else');
      expect(printed('# the row: the last two lines')).toEqual([hashRow(sealed.trail.origin, altered).toString('hex'), hash]);
      const [leaf, sealedLeaf] = printed('# the row as a leaf');
      expect([leaf === sealedLeaf, sealedLeaf]).toEqual([false, leafOf(genuine)]);
    },
  );

  test('an actor whose name is turned round for the eye: the file shows what the bytes say, and they are what is hashed', async () => {
    const turned = 'mia\u202egro.elpmaxe@\u2066';
    await attack(`update audit_event set actor_id = '${turned}' where trail_id = $T and seq = ${AT}`);
    const altered = (await sealed.rows())[AT];
    if (!altered) throw new Error('no row');
    const { text, printed } = await incidentOf(sealed.trail, 'EVENT_HASH');
    expect(text).not.toMatch(/[\u202e\u2066]/);
    const lines = text.split('\n');
    expect(lines[lines.indexOf('stored header') + 1]).toContain('"actor_id":"mia\\u202egro.elpmaxe@\\u2066"');
    expect(printed('# the row: the last two lines')).toEqual([hashRow(sealed.trail.origin, altered).toString('hex'), altered.eventHash.toString('hex')]);
  });

  test('details with lines between their members: the text is one line, and its bytes are hashed', async () => {
    const genuine = (await sealed.rows())[AT];
    if (!genuine) throw new Error('no row');
    const details = '{"email":"mia@example.com",\n\n"n":\n\n350}';
    await sealed.database.superuser.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_event set details = ${details}::text::json where trail_id = ${sealed.trail.trailId} and seq = ${AT}`;
    });
    const altered = (await sealed.rows())[AT] as typeof genuine;
    expect(altered.details).toContain('\n\n');
    const { text, printed } = await incidentOf(sealed.trail, 'MALFORMED');
    const lines = text.split('\n');
    expect(lines[lines.indexOf('stored payload') + 1]).toBe(payloadText(altered).replaceAll('\n', '\\u000a'));
    expect(printed('# the row: the last two lines')).toEqual([hashRow(sealed.trail.origin, altered).toString('hex'), genuine.eventHash.toString('hex')]);
  });
});
