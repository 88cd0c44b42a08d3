/**
 * Marlow Clinics and Payments: a company that does not exist. Its people are named after birds, plants and stones, its addresses come from the ranges
 * that RFC 5737 and RFC 3849 keep for documentation (outside) and from 10.0.0.0/8 (inside).
 */
export type Team = 'admins' | 'doctors' | 'nurses' | 'reception' | 'lab' | 'billing' | 'support' | 'compliance';
export type Person = { id: string; type: 'user' | 'admin'; team: Team; ip: string; userAgent: string };
export type Machine = { id: string; type: 'service' | 'system'; source: string; ip: string; userAgent: string | null };

const teams: Record<Team, string> = {
  admins: 't.finch b.sparrow r.heron i.alder n.rowan c.teal w.brook',
  doctors: 'a.lark d.plover e.linnet f.osprey g.hazel h.juniper k.wren l.cedar m.siskin n.larch o.merle q.aspen',
  nurses: 'p.dove r.sorrel s.willow t.clover u.myrtle v.fern w.bramble x.yarrow y.poppy z.thistle',
  reception: 'a.magpie b.starling c.jay d.rook e.swift f.shrike',
  lab: 'g.moss h.lichen i.reed j.sedge',
  billing: 'k.quartz l.flint m.marl n.slate o.basalt p.gneiss',
  support: 'v.crake w.bittern x.egret y.curlew',
  compliance: 'i.harbour s.lantern',
};

const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
];

export const people: readonly Person[] = (Object.keys(teams) as Team[]).flatMap((team, t) =>
  (teams[team] as string).split(' ').map((id, n) => ({
    id,
    type: team === 'admins' ? ('admin' as const) : ('user' as const),
    team,
    ip: team === 'support' ? `2001:db8:20::${(n + 1).toString(16)}` : `10.20.${t + 1}.${n + 11}`,
    userAgent: browsers[(t + n) % browsers.length] as string,
  })),
);

export const teamOf = (team: Team): readonly Person[] => people.filter((person) => person.team === team);

export function person(id: string): Person {
  const found = people.find((one) => one.id === id);
  if (!found) throw new Error(`no such person in the demo company: ${id}`);
  return found;
}

/** Not on any shift: one left, one works here a few weeks a year. */
export const leaver: Person = { id: 'j.dunnock', type: 'user', team: 'billing', ip: '10.20.6.40', userAgent: 'marlow-exporter/2.3' };
export const locum: Person = { id: 'e.petrel', type: 'user', team: 'doctors', ip: '192.0.2.61', userAgent: browsers[2] as string };

const machine = (id: string, type: Machine['type'], source: string, n: number, userAgent: string | null): Machine => ({
  id,
  type,
  source,
  ip: `10.30.0.${n}`,
  userAgent,
});

export const machines = {
  labImport: machine('svc-lab-import', 'service', 'clinic-app', 11, 'hl7-bridge/4.1'),
  bookingWeb: machine('svc-booking-web', 'service', 'clinic-app', 12, 'booking-web/9.2'),
  paymentsApi: machine('svc-payments-api', 'service', 'payments-api', 21, 'payments-api/5.7'),
  settlement: machine('svc-settlement', 'service', 'payments-api', 22, 'settlement/3.0'),
  reminders: machine('svc-reminders', 'service', 'clinic-app', 13, 'reminders/1.8'),
  pacsGateway: machine('svc-pacs-gateway', 'service', 'pacs-gateway', 31, 'dicom-gw/2.2'),
  deployer: machine('ci-deployer', 'service', 'infra', 41, 'deployer/6.4'),
  identitySync: machine('svc-identity-sync', 'service', 'idp', 42, 'scim-sync/2.0'),
  scheduler: machine('scheduler', 'system', 'infra', 2, null),
  backup: machine('backup', 'system', 'infra', 3, null),
} as const;
