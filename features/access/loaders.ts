import 'server-only';
import { cookies } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { getServerSession } from 'next-auth';
import { cache } from 'react';
import { answered } from '@/db/database-away';
import { mintScope, type Scope, type TrailId } from '@/db/scope';
import { ensureHost } from '@/lib/home';
import { isZone, nowText } from '@/lib/time';
import { findSessionAccount, listTrails } from './queries';
import type { Session } from './schema';
import { sessionOf } from './session';
import { sessionOptions } from './session-options';

export type { Session } from './schema';

/** What a page or route may touch: who asks, which trail, and the scope its queries need. Minted here and nowhere else on the web side. */
export type Access = { session: Session; trail: { trailId: TrailId; alias: string; origin: string; isSynthetic: boolean }; scope: Scope };

/**
 * Who asks, or null. Works in server components, actions and route handlers. The signed token is compared with its account at each request: a disabled account or a raised
 * session_version ends the session at once.
 */
export const loadSession = cache(async (): Promise<Session | null> => {
  const token = (await getServerSession(sessionOptions())) as { user?: { userId?: string; sessionVersion?: number } } | null;
  if (!token?.user?.userId) return null;
  return sessionOf(token.user, await answered(findSessionAccount(token.user.userId))); // the first thing that any page asks of the database
});

/** Who asks; whoever has not signed in is sent there. For pages and actions; a machine's route uses `findAccess`. */
export async function requireSession(): Promise<Session> {
  return (await loadSession()) ?? redirect('/sign-in');
}

const loadTrails = cache(listTrails);

/** For routes of machines, which answer 401 and 404 instead of sending a person somewhere. */
export async function findAccess(alias: string): Promise<Access | 'signed out' | 'no such trail'> {
  const session = await loadSession();
  if (!session) return 'signed out';
  const trail = (await loadTrails()).find((t) => t.alias === alias);
  if (!trail) return 'no such trail';
  const { trailId, origin, isSynthetic } = trail;
  return { session, trail: { trailId, alias, origin, isSynthetic }, scope: mintScope([trailId]) };
}

/** The gate of every page of a trail: signed in, and the trail exists and may be seen, else 404. */
export const requireTrail = cache(async (alias: string): Promise<Access> => {
  const access = await findAccess(alias);
  if (access === 'signed out') redirect('/sign-in');
  if (access === 'no such trail') notFound();
  return access;
});

/** All trails the person may see, each with a scope of its own. */
export async function requireTrails(): Promise<Access[]> {
  const session = await requireSession();
  return (await loadTrails()).map(({ trailId, alias, origin, isSynthetic }) => ({
    session,
    trail: { trailId, alias, origin, isSynthetic },
    scope: mintScope([trailId]),
  }));
}

/** What the sign-in page may tell to anybody: whose log this is. */
export async function loadSignIn(): Promise<{ host: string }> {
  return { host: ensureHost() };
}

/** What Settings shows of each trail. */
export async function loadTrailSettings() {
  await requireSession();
  return (await loadTrails()).map(({ trailId: _, ...shown }) => shown);
}

export type Preferences = {
  theme: 'light' | 'dark' | 'system';
  /** The remembered zone, UTC until one was chosen or a sign-in told the browser's. A page's `?zone=` goes before it: `loadZone`. */
  zone: string;
  /** The clock of this request, 27 characters: one `now` for a whole page, so that its sentences agree. */
  now: string;
};

/** What this browser asked to remember. From cookies, never trusted for more than looks. */
export const loadPreferences = cache(async (): Promise<Preferences> => {
  const jar = await cookies();
  const [theme, zone] = [jar.get('theme')?.value, decode(jar.get('zone')?.value)];
  return { theme: theme === 'light' || theme === 'dark' ? theme : 'system', zone: isZone(zone) ? zone : 'UTC', now: nowText() };
});

/** The zone a page reckons days in: its own `?zone=` if that is one, else the remembered. */
export async function loadZone(urlZone: string | string[] | undefined): Promise<string> {
  const zone = Array.isArray(urlZone) ? urlZone[0] : urlZone;
  return zone && isZone(zone) ? zone : (await loadPreferences()).zone;
}

function decode(value: string | undefined): string {
  try {
    return decodeURIComponent(value ?? '');
  } catch {
    return '';
  }
}
