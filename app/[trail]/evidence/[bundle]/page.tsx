import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PageFrame } from '@/app/_shell/page-frame';
import { BundleScreen } from '@/features/evidence/components/bundle-page';
import { loadBundle } from '@/features/evidence/loaders';

export const metadata: Metadata = { title: 'Evidence bundle' };

type Props = { params: Promise<{ trail: string; bundle: string }> };

export default async function BundlePage({ params }: Props) {
  const { trail, bundle } = await params;
  const alias = decodeURIComponent(trail);
  const page = await loadBundle(alias, bundle);
  if (!page) notFound();
  return (
    <PageFrame title={page.line.name} crumb={{ label: 'Evidence', href: `/${encodeURIComponent(alias)}/evidence` }}>
      <BundleScreen page={page} />
    </PageFrame>
  );
}
