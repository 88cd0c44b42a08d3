import { type CreateTrailOptions, createTrail, type NewTrail } from '../mutations/create-trail';

/** A trail for a test. @throws where its name is bad or taken */
export async function makeTrail(name: string, options: CreateTrailOptions = { synthetic: false }): Promise<NewTrail> {
  const made = await createTrail(name, options, 'system');
  if (!made.ok) throw new Error(made.reason);
  return made.trail;
}
