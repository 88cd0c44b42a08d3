import { redirect } from 'next/navigation';

export default async function TrailHome({ params }: { params: Promise<{ trail: string }> }) {
  redirect(`/${encodeURIComponent((await params).trail)}/events`);
}
