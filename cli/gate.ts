import { mintScope, type Scope } from '@/db/scope';
import { listTrails, type TrailRow } from '@/features/access/queries';
import { UsageError } from './command';

/** A trail that the command line may read and write. Whoever runs it can read the keys and the database anyway: it asks for no password, its acts are in the log. */
export type OpenTrail = TrailRow & { scope: Scope };

/** @param name the trail's alias or its whole origin. @throws UsageError naming the trails there are */
export async function openTrail(name: string): Promise<OpenTrail> {
  const trails = await listTrails();
  const found = trails.find((t) => t.alias === name) ?? trails.find((t) => t.origin === name);
  if (!found) throw new UsageError(`there is no trail "${name}"; there are: ${trails.map((t) => t.alias).join(', ') || 'none'}`);
  return { ...found, scope: mintScope([found.trailId]) };
}

export async function openAllTrails(): Promise<{ trails: TrailRow[]; scope: Scope }> {
  const trails = await listTrails();
  return { trails, scope: mintScope(trails.map((t) => t.trailId)) };
}
