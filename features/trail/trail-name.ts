import { z } from 'zod';

/** The last part of a trail's origin, and its alias on screens and in commands. It can never be changed, as the origin is hashed into every event. */
export const trailName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'Name a trail with lower-case letters, digits and hyphens, at most 63, such as payments.')
  .refine((name) => !isReservedAlias(name) || name === 'indelible', 'This name belongs to a page or a key of the product: choose another.');

/** First parts of our addresses (every page of a trail begins with its alias), and names of key files that are no trail's. */
const RESERVED = new Set([
  'indelible',
  'api',
  'sign-in',
  'sign-out',
  'settings',
  'assets',
  'static',
  'public',
  'favicon',
  'icon',
  'head-mac',
  'nextauth',
  'verification-starts',
]);

export const isReservedAlias = (name: string): boolean => RESERVED.has(name) || /^(draft-mac|database)-/.test(name);
