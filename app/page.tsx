import { notFound, redirect } from 'next/navigation';
import { requireTrails } from '@/features/access/loaders';

/** The first trail's events are where a day begins. */
export default async function Home() {
  const [first] = await requireTrails();
  if (!first) notFound();
  redirect(`/${first.trail.alias}/events`);
}
