import type { IconName } from '@/components/ui/icon';

export type NavItem = { label: string; icon: IconName; path: string /** second key after `g` */; go: string /** a rule of space above */; apart?: boolean };

/** The pages of a trail. What has no data yet is not here: a page that does not exist is hidden, not greyed. */
export const pages: NavItem[] = [
  { label: 'Events', icon: 'list', path: 'events', go: 'e' },
  { label: 'Resources', icon: 'cube', path: 'resources', go: 'r' },
  { label: 'Reports', icon: 'chart', path: 'reports', go: 'p', apart: true },
  { label: 'Integrity', icon: 'integrity', path: 'integrity', go: 'i' },
  { label: 'Evidence', icon: 'archive', path: 'evidence', go: 'd' },
  { label: 'Import', icon: 'upload', path: 'import', go: 'm', apart: true },
];

/** The five of the bottom bar on a phone. */
export const barPages = pages.filter((p) => p.path !== 'import');
