'use client';
import { useQueryState } from 'nuqs';
import { useEffect, useMemo, useState } from 'react';
import { formatOffset, offsetAt, zonedTime, zoneName } from '@/lib/time';
import { useNow, useZone } from './clock';
import { Control } from './control';
import { Icon } from './icon';
import { PickList } from './pick-list';
import { PopoverButton, type PopoverHandle, PopoverOf } from './popover';
import { rememberInCookie } from './remember';
import { useShortcut } from './shortcuts';

const BUTTON = 'time-zone';

/** In which zone all times of the page are shown: stands in the URL (a shared link shows the same clock times) and is remembered for the next page. */
export function ZoneButton({ zones }: { zones: PopoverHandle }) {
  const [zone, now] = [useZone(), useNow()];
  return (
    <PopoverButton
      handle={zones}
      id={BUTTON}
      button={
        <Control aria-label={`Time zone: ${zoneName(zone)} ${offsetAt(now, zone, 'utc')}`} title="Time zone (t)">
          <Icon name="globe" />
          <b>{zoneName(zone)}</b>
          {zone !== 'UTC' && <span className="max-wide:hidden">{offsetAt(now, zone, 'utc')}</span>}
          {zone !== 'UTC' && <span className="wide:hidden">{offsetAt(now, zone)}</span>}
          <Icon name="chevronDown" className="max-wide:hidden" />
        </Control>
      }
    />
  );
}

/** The list under the button: of the frame and not of the page, so that a page which takes the place of its skeleton takes no letter away that was typed. */
export function ZonePicker({ zones }: { zones: PopoverHandle }) {
  const [zone, now] = [useZone(), useNow()];
  const [, setUrlZone] = useQueryState('zone', { shallow: false, history: 'replace' });
  const [isOpen, show] = useState(false);
  useShortcut('t', 'Time zone', 'On this page', () => show(true));
  const pick = (value: string) => {
    rememberInCookie('zone', value);
    void setUrlZone(value);
    show(false);
  };
  return (
    <PopoverOf handle={zones} id={BUTTON} open={isOpen} onOpenChange={show} label="Time zone" className="w-80">
      <ZoneList zone={zone} now={now} onPick={pick} />
    </PopoverOf>
  );
}

function ZoneList({ zone, now, onPick }: { zone: string; now: string; onPick: (zone: string) => void }) {
  const [browser, setBrowser] = useState<string | null>(null);
  useEffect(() => setBrowser(Intl.DateTimeFormat().resolvedOptions().timeZone), []);
  const picks = useMemo(() => {
    const first = [...new Set([zone, browser, 'UTC'].filter((z): z is string => Boolean(z)))];
    const rest = Intl.supportedValuesOf('timeZone').filter((z) => !first.includes(z));
    const note = (z: string) => (z === 'UTC' ? '+00' : formatOffset(zonedTime(now, z).offsetMinutes));
    return [
      ...first.map((z) => ({ value: z, label: z === browser ? `${z}, this browser` : z, note: note(z), group: 'Used here' })),
      ...rest.map((z) => ({ value: z, label: z.replaceAll('_', ' '), words: zoneName(z), group: 'All zones' })),
    ];
  }, [zone, browser, now]);
  return <PickList picks={picks} current={zone} onPick={onPick} placeholder="City or zone" empty="No zone of that name. Try the nearest large city." />;
}
