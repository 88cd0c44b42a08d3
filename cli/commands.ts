import type { Command } from './command';

/** All commands by their names. Each is loaded when it is called or asked for help. */
export const COMMANDS: Record<string, () => Promise<{ command: Command }>> = {
  'trail list': () => import('./trail-list'),
  'trail create': () => import('./trail-create'),
  'trail epoch': () => import('./trail-epoch'),
  'trail tiles': () => import('./trail-tiles'),
  import: () => import('./import'),
  verify: () => import('./verify'),
  checkpoint: () => import('./checkpoint'),
  vkey: () => import('./vkey'),
  'key rotate': () => import('./key-rotate'),
  'key compromised': () => import('./key-compromised'),
  'guard adopt': () => import('./guard-adopt'),
  'proof inclusion': () => import('./proof-inclusion'),
  'proof consistency': () => import('./proof-consistency'),
  export: () => import('./export'),
  'bundle create': () => import('./bundle-create'),
};
