import type { Metadata } from 'next';
import { PageFrame } from '@/app/_shell/page-frame';
import { ResourcesScreen } from '@/features/trail/components/resources-screen';
import { loadResources } from '@/features/trail/loaders';
import { type RawParams, readResourceSearch } from '@/features/trail/schema';

export const metadata: Metadata = { title: 'Resources' };

type Props = { params: Promise<{ trail: string }>; searchParams: Promise<RawParams> };

export default async function ResourcesPage({ params, searchParams }: Props) {
  const [{ trail }, raw] = await Promise.all([params, searchParams]);
  const alias = decodeURIComponent(trail);
  const { type, find, sort } = readResourceSearch(raw);
  const page = await loadResources(alias, { type, find, sort, cursor: null });
  return (
    <PageFrame title="Resources" flush>
      <ResourcesScreen key={`${type} ${find} ${sort}`} alias={alias} type={type} find={find} sort={sort} page={page} />
    </PageFrame>
  );
}
