'use server';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { requireSession } from '@/features/access/loaders';
import { createTrail } from '@/features/trail/mutations/create-trail';

export type NewTrailState = { reason: string | null; name: string };

/** A trail for real logs, from the Import screen of one that holds synthetic data; leads to its own Import screen. */
export async function createTrailAction(_before: NewTrailState, form: FormData): Promise<NewTrailState> {
  const session = await requireSession();
  const name = z.string().max(200).catch('').parse(form.get('name')).trim();
  if (session.role === 'auditor') return { reason: 'An auditor looks on; an officer or administrator can make a trail.', name };
  const made = await createTrail(name, { synthetic: false }, { userId: session.userId, isAdmin: session.role === 'admin' });
  if (!made.ok) return { reason: made.reason, name };
  redirect(`/${made.trail.alias}/import`);
}
