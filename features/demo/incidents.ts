import { leaver, locum, machines, person } from './company';
import type { Act, Deed, Seat } from './event';
import { atLocal } from './local-time';
import { createPrng } from './prng';

/** A story that was put in on purpose. `daysBack` counts local days before the one on which the twelve months end. */
export type Incident = { key: string; title: string; who: string; daysBack: number; start: string; seenIn: string; acts(day: number): Act[] };

const minutesOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Collects acts of one story; each gets the key `<incident>/<n>`, from which its id follows. */
function story(key: string, day: number) {
  const acts: Act[] = [];
  return {
    acts,
    add(minute: number, seat: Seat, deed: Deed, lagMs?: number) {
      acts.push({ at: atLocal(day, minute), seat, deed: () => deed, lagMs, key: `${key}/${acts.length}` });
    },
  };
}

const stranger = (ip: string): Omit<Seat, 'who'> => ({ ip, userAgent: 'python-requests/2.32.3', session: undefined, source: 'idp' });
const wrong = (known: boolean): Deed => ({
  action: 'auth.login',
  outcome: 'failure',
  details: { known_user: known, method: 'password', reason: known ? 'wrong_password' : 'no_such_user' },
});
const patient = (n: number) => ['patient', `pat-${String(n).padStart(5, '0')}`] as const;

export const incidents: readonly Incident[] = [
  {
    key: 'brute-force',
    title: 'A password is guessed: 46 failed log-ins against one account, then a success, then 38 patient records are read',
    who: 'k.wren, from 203.0.113.77',
    daysBack: 3,
    start: '03:12',
    seenIn: 'Failed access (over the threshold; guessed right after)',
    acts(day) {
      const { acts, add } = story('brute-force', day);
      const seat = { who: person('k.wren'), ...stranger('203.0.113.77') };
      const guessed = minutesOf('03:12') + 46 * 0.43;
      for (let n = 0; n < 46; n++) add(minutesOf('03:12') + n * 0.43, seat, wrong(true));
      const inside = { ...seat, session: 's-brute-force' };
      add(guessed, inside, { action: 'auth.login', details: { method: 'password', mfa: false } });
      for (let n = 0; n < 38; n++)
        add(guessed + 0.5 + n * 0.5, inside, {
          action: 'patient.view',
          resource: patient(301 + n * 7),
          details: { read_only: true, subject_id: patient(301 + n * 7)[1] },
        });
      add(guessed + 21, inside, { action: 'record.export', resource: ['export', 'all patients'], outcome: 'denied', details: { policy: 'export-needs-role' } });
      return acts;
    },
  },
  {
    key: 'spray',
    title: 'One address tries 14 accounts, at most three times each, so that no lock-out sees it; none opens',
    who: '198.51.100.23',
    daysBack: 5,
    start: '22:10',
    seenIn: 'Failed access (addresses spraying)',
    acts(day) {
      const { acts, add } = story('spray', day);
      const accounts = 'a.lark a.magpie b.sparrow c.teal d.plover e.linnet f.shrike g.moss h.juniper k.quartz o.merle p.dove t.finch v.crake'.split(' ');
      for (let n = 0; n < 31; n++) add(minutesOf('22:10') + n * 1.55, { who: person(accounts[n % 14] as string), ...stranger('198.51.100.23') }, wrong(true));
      return acts;
    },
  },
  {
    key: 'unknown-accounts',
    title: '22 failed log-ins with names that do not exist; the source keeps no name, so the address is all there is',
    who: '(empty), from 203.0.113.190',
    daysBack: 4,
    start: '13:20',
    seenIn: 'Failed access (grouped by address)',
    acts(day) {
      const { acts, add } = story('unknown-accounts', day);
      for (let n = 0; n < 22; n++) add(minutesOf('13:20') + n * 1.2, { who: person('a.lark'), actorId: '', ...stranger('203.0.113.190') }, wrong(false));
      return acts;
    },
  },
  {
    key: 'self-grant',
    title: 'An administrator gives himself the right to export, without a ticket; a colleague takes it back three hours later',
    who: 'b.sparrow',
    daysBack: 9,
    start: '19:41',
    seenIn: 'Privileged actions (without a ticket, outside 08–18)',
    acts(day) {
      const { acts, add } = story('self-grant', day);
      const grant = { role: 'export-records', subject: 'b.sparrow' };
      add(
        minutesOf('19:41'),
        { who: person('b.sparrow'), session: 's-self-grant' },
        { action: 'role.grant', resource: ['user', 'b.sparrow'], details: { ...grant, changes: { roles: { old: '', new: 'export-records' } } } },
      );
      add(
        minutesOf('19:58'),
        { who: person('b.sparrow'), session: 's-self-grant' },
        { action: 'record.export', resource: ['export', 'billing 2025'], details: { row_count: 3120, format: 'csv' } },
      );
      add(
        minutesOf('22:47'),
        { who: person('r.heron'), ip: '192.0.2.31' },
        {
          action: 'role.revoke',
          resource: ['user', 'b.sparrow'],
          details: { ...grant, ticket: 'INC-0417', changes: { roles: { old: 'export-records', new: '' } } },
        },
      );
      return acts;
    },
  },
  {
    key: 'night-export',
    title: 'Eight exports of 64,400 records in all, at night and from outside',
    who: 'o.merle, from 192.0.2.88',
    daysBack: 12,
    start: '02:40',
    seenIn: 'Events (action:record.export)',
    acts(day) {
      const { acts, add } = story('night-export', day);
      const seat = { who: person('o.merle'), ip: '192.0.2.88', session: 's-night-export' };
      add(minutesOf('02:40'), seat, { action: 'auth.login', details: { method: 'password', mfa: true } });
      for (let n = 0; n < 8; n++)
        add(minutesOf('02:44') + n * 3.1, seat, {
          action: 'record.export',
          resource: ['export', `ward north, part ${n + 1}`],
          details: { row_count: 8050, bytes: 61_000_000 + n, format: 'csv', purpose: 'research' },
        });
      add(minutesOf('03:12'), seat, { action: 'auth.logout' });
      return acts;
    },
  },
  {
    key: 'stop-logging',
    title: 'Two attempts to stop the logging of the image gateway, both refused, then the sampling of the same source is changed',
    who: 'c.teal',
    daysBack: 16,
    start: '23:05',
    seenIn: 'Privileged actions (audit settings, failed or denied)',
    acts(day) {
      const { acts, add } = story('stop-logging', day);
      const seat = { who: person('c.teal'), ip: '192.0.2.27', session: 's-stop-logging' };
      add(minutesOf('23:05'), seat, { action: 'audit.stop', resource: ['source', 'pacs-gateway'], outcome: 'denied', details: { policy: 'two-people' } });
      add(minutesOf('23:07'), seat, { action: 'audit.stop', resource: ['source', 'pacs-gateway'], outcome: 'denied', details: { policy: 'two-people' } });
      add(minutesOf('23:11'), seat, {
        action: 'audit.configure',
        resource: ['source', 'pacs-gateway'],
        details: { changes: { sampling: { old: 'all', new: '1 in 10' } } },
      });
      return acts;
    },
  },
  {
    key: 'break-glass',
    title: 'Emergency access with a reason, 41 minutes and seven records, closed, reviewed by another person the next day',
    who: 'a.lark',
    daysBack: 20,
    start: '04:12',
    seenIn: 'Privileged actions (grants and elevation)',
    acts(day) {
      const { acts, add } = story('break-glass', day);
      const seat = { who: person('a.lark'), session: 's-break-glass' };
      add(minutesOf('04:12'), seat, {
        action: 'breakglass.open',
        resource: ['ward', 'emergency'],
        details: { reason: 'unconscious patient, no care team yet', ticket: 'EM-0093' },
      });
      for (let n = 0; n < 7; n++)
        add(minutesOf('04:14') + n * 4.5, seat, {
          action: 'patient.view',
          resource: patient(90 + n),
          details: { purpose: 'emergency', read_only: true, subject_id: patient(90 + n)[1] },
        });
      add(minutesOf('04:53'), seat, { action: 'breakglass.close', resource: ['ward', 'emergency'], details: { ticket: 'EM-0093' } });
      add(
        1440 + minutesOf('10:30'),
        { who: person('i.harbour') },
        { action: 'review.signoff', resource: ['review', 'break-glass/EM-0093'], details: { subject_event: 'EM-0093', verdict: 'justified' } },
      );
      return acts;
    },
  },
  {
    key: 'break-glass-open',
    title: 'Emergency access that was never closed and never reviewed',
    who: 'q.aspen',
    daysBack: 41,
    start: '21:33',
    seenIn: 'Events (action:breakglass.open)',
    acts(day) {
      const { acts, add } = story('break-glass-open', day);
      const seat = { who: person('q.aspen'), session: 's-break-glass-2' };
      add(minutesOf('21:33'), seat, { action: 'breakglass.open', resource: ['ward', 'emergency'], details: { reason: 'transfer at night' } });
      for (let n = 0; n < 12; n++)
        add(minutesOf('21:36') + n * 7, seat, {
          action: 'patient.view',
          resource: patient(1400 + n),
          details: { purpose: 'emergency', read_only: true, subject_id: patient(1400 + n)[1] },
        });
      return acts;
    },
  },
  {
    key: 'leaver',
    title: 'An account is disabled on the day its owner leaves; a key made before goes on exporting for a week',
    who: 'j.dunnock',
    daysBack: 30,
    start: '17:05',
    seenIn: 'Events (actor:j.dunnock)',
    acts(day) {
      const { acts, add } = story('leaver', day);
      add(
        minutesOf('17:05'),
        { who: person('i.alder') },
        { action: 'user.disable', resource: ['user', leaver.id], details: { reason: 'left the company', ticket: 'HR-2210' } },
      );
      for (let n = 1; n <= 7; n++)
        add(
          n * 1440 + minutesOf('06:30'),
          { who: leaver, session: 'ak-5b21c0' },
          { action: 'record.export', resource: ['export', 'payments of the day before'], details: { row_count: 410 + n * 3, format: 'csv' } },
        );
      return acts;
    },
  },
  {
    key: 'silence',
    title: 'The image gateway is silent from 06:40 to 12:55; its backlog of 45 images then arrives at once, hours late',
    who: 'svc-pacs-gateway',
    daysBack: 8,
    start: '06:40',
    seenIn: 'Events (actor:svc-pacs-gateway)',
    acts(day) {
      const { acts, add } = story('silence', day);
      const rng = createPrng('silence');
      for (let n = 0; n < 45; n++) {
        const minute = minutesOf('06:41') + n * 8.2;
        const lagMs = (minutesOf('12:56') - minute) * 60_000 + n * 900;
        add(
          minute,
          { who: machines.pacsGateway },
          {
            action: 'image.store',
            resource: ['image_study', `img-late-${n + 1}`],
            details: { modality: rng.pick(['CT', 'MR', 'XR']), bytes: rng.between(500_000, 70_000_000) },
          },
          lagMs,
        );
      }
      return acts;
    },
  },
  {
    key: 'curious-colleague',
    title: '64 patient records read in 14 minutes of a lunch break, none of them on the reader’s ward',
    who: 'p.dove',
    daysBack: 6,
    start: '12:31',
    seenIn: 'Events (actor:p.dove)',
    acts(day) {
      const { acts, add } = story('curious-colleague', day);
      const seat = { who: person('p.dove'), session: 's-curious' };
      for (let n = 0; n < 64; n++)
        add(minutesOf('12:31') + n * 0.22, seat, {
          action: 'patient.view',
          resource: patient(2000 + n * 3),
          details: { read_only: true, subject_id: patient(2000 + n * 3)[1] },
        });
      return acts;
    },
  },
  {
    key: 'dormant',
    title: 'An account without a sign of life for over ten months signs in and reads five records',
    who: 'e.petrel',
    daysBack: 14,
    start: '18:22',
    seenIn: 'Events (actor:e.petrel)',
    acts(day) {
      const { acts, add } = story('dormant', day);
      add(-314 * 1440 + minutesOf('09:10'), { who: locum, ip: '10.20.2.90' }, { action: 'auth.login', details: { method: 'password', mfa: true } });
      const seat = { who: locum, session: 's-dormant' };
      add(minutesOf('18:22'), seat, { action: 'auth.login', details: { method: 'password', mfa: false } });
      for (let n = 0; n < 5; n++)
        add(minutesOf('18:25') + n * 2, seat, {
          action: 'patient.view',
          resource: patient(3900 + n),
          details: { read_only: true, subject_id: patient(3900 + n)[1] },
        });
      return acts;
    },
  },
  {
    key: 'short-lived-account',
    title: 'An account is made, given the right to export, used and deleted within three hours, without a ticket',
    who: 'w.brook, as tmp-audit-7',
    daysBack: 25,
    start: '20:15',
    seenIn: 'Privileged actions (accounts, without a ticket)',
    acts(day) {
      const { acts, add } = story('short-lived-account', day);
      const admin = { who: person('w.brook'), ip: '192.0.2.35', session: 's-short-lived' };
      add(minutesOf('20:15'), admin, { action: 'user.create', resource: ['user', 'tmp-audit-7'], details: { contract: 'vendor' } });
      add(minutesOf('20:19'), admin, {
        action: 'role.grant',
        resource: ['user', 'tmp-audit-7'],
        details: { role: 'export-records', subject: 'tmp-audit-7', changes: { roles: { old: '', new: 'export-records' } } },
      });
      add(
        minutesOf('21:02'),
        { who: person('w.brook'), actorId: 'tmp-audit-7', ip: '192.0.2.35', source: 'clinic-app' },
        { action: 'record.export', resource: ['export', 'merchants and owners'], details: { row_count: 2204, format: 'csv' } },
      );
      add(minutesOf('23:08'), admin, { action: 'user.delete', resource: ['user', 'tmp-audit-7'], details: {} });
      return acts;
    },
  },
  {
    key: 'refused-service',
    title: 'After a release with the wrong rights a service is refused 40 times in eight minutes',
    who: 'svc-reminders',
    daysBack: 2,
    start: '10:15',
    seenIn: 'Failed access (over the threshold)',
    acts(day) {
      const { acts, add } = story('refused-service', day);
      for (let n = 0; n < 40; n++)
        add(
          minutesOf('10:15') + n * 0.2,
          { who: machines.reminders },
          { action: 'patient.view', resource: patient(10 + n), outcome: 'denied', details: { policy: 'scope', wanted: 'contact:read' } },
        );
      return acts;
    },
  },
  {
    key: 'revealed-cards',
    title: '26 card numbers are revealed in one evening, all for the same case',
    who: 'v.crake',
    daysBack: 7,
    start: '21:04',
    seenIn: 'Events (action:card.reveal)',
    acts(day) {
      const { acts, add } = story('revealed-cards', day);
      const rng = createPrng('revealed-cards');
      const seat = { who: person('v.crake'), session: 's-revealed-cards' };
      for (let n = 0; n < 26; n++)
        add(minutesOf('21:04') + n * 1.4, seat, {
          action: 'card.reveal',
          resource: ['card', `card_${rng.hex(8)}`],
          details: { case: 'CASE-4471', shown: 'first 6, last 4' },
        });
      return acts;
    },
  },
];
