import { machines } from './company';
import type { Act, Seat } from './event';
import { isoWeekday } from './local-time';
import type { Prng } from './prng';
import { anyReport, anyStudy } from './records';

const seat = (who: Seat['who']): Seat => ({ who });

/** What runs by itself on a local day: `at` gives the instant of a minute after midnight. Machines know no Sunday, only less work. */
export function machineActs(day: number, rng: Prng, at: (minutes: number) => number): Act[] {
  const acts: Act[] = [];
  const isWorkday = isoWeekday(day) <= 5;

  for (let minute = rng.between(0, 20); minute < 1440; minute += isWorkday ? rng.between(24, 60) : rng.between(50, 160)) {
    acts.push({
      at: at(minute + rng.next()),
      seat: seat(machines.labImport),
      deed: (world) => ({
        action: 'lab_report.import',
        resource: ['lab_report', anyReport(world.rng)],
        details: { analyses: world.rng.between(1, 14), format: 'hl7' },
      }),
    });
  }
  // the images' gateway: a steady source, whose silence is news
  for (let minute = rng.between(1, 9); minute < 1440; minute += isWorkday ? rng.between(10, 46) : rng.between(40, 110)) {
    acts.push({
      at: at(minute + rng.next()),
      seat: seat(machines.pacsGateway),
      deed: (world) => ({
        action: 'image.store',
        resource: ['image_study', anyStudy(world.rng)],
        details: { modality: world.rng.pick(['CT', 'MR', 'US', 'XR']), bytes: world.rng.between(400_000, 90_000_000) },
      }),
    });
  }

  acts.push({
    at: at(120 + rng.next() * 4),
    seat: seat(machines.settlement),
    deed: (world) => ({
      action: 'payout.create',
      resource: ['payout', `po-${world.rng.between(10_000, 19_999)}`],
      details: { row_count: world.rng.between(60, 900) },
    }),
  });
  acts.push({
    at: at(150 + rng.next() * 3),
    seat: seat(machines.backup),
    deed: (world) => ({
      action: 'backup.run',
      resource: ['backup', `nightly-${world.rng.between(1, 30)}`],
      details: { bytes: world.rng.between(60, 90) * 1_000_000_000, verified: true },
    }),
  });
  acts.push({
    at: at(195 + rng.next()),
    seat: seat(machines.scheduler),
    deed: () => ({ action: 'retention.run', resource: ['retention_policy', 'images'], details: { removed: 0 } }),
  });
  acts.push({
    at: at(330 + rng.next()),
    seat: seat(machines.identitySync),
    deed: (world) => ({ action: 'directory.sync', resource: ['directory', 'staff'], details: { row_count: world.rng.between(58, 66) } }),
  });
  if (isWorkday) {
    for (let n = rng.between(1, 4); n > 0; n--) {
      acts.push({
        at: at(rng.between(560, 990)),
        seat: seat(machines.deployer),
        deed: (world) => ({
          action: 'release.deploy',
          resource: [
            'release',
            `${world.rng.pick(['clinic-app', 'payments-api', 'booking-web'])}@${world.rng.between(4, 9)}.${world.rng.between(0, 40)}.${world.rng.between(0, 9)}`,
          ],
          ...(world.rng.chance(0.05)
            ? { outcome: 'failure' as const, details: { ticket: `CHG-${(world.day - 19_000) * 9 + world.rng.int(9)}`, error: 'health_check' } }
            : { details: { ticket: `CHG-${(world.day - 19_000) * 9 + world.rng.int(9)}` } }),
        }),
      });
    }
    if (isoWeekday(day) === 2)
      acts.push({
        at: at(240),
        seat: seat(machines.scheduler),
        deed: () => ({ action: 'key.rotate', resource: ['key', 'session-signing'], details: { generation: day - 19_000 } }),
      });
    acts.push({
      at: at(600 + rng.next() * 5),
      seat: seat(machines.reminders),
      deed: (world) => ({ action: 'reminder.send', resource: ['campaign', `day-${day}`], details: { row_count: world.rng.between(80, 260) } }),
    });
  }
  return acts;
}
