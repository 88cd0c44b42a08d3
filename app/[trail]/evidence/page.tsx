import type { Metadata } from 'next';
import { EvidenceBoard } from './evidence-board';

export const metadata: Metadata = { title: 'Evidence' };

type Props = { params: Promise<{ trail: string }>; searchParams: Promise<{ run?: string | string[] }> };

export default async function EvidencePage({ params, searchParams }: Props) {
  const [{ trail }, { run }] = await Promise.all([params, searchParams]);
  return <EvidenceBoard alias={decodeURIComponent(trail)} run={[run].flat()[0]} />;
}
