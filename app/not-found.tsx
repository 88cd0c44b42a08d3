import type { Metadata } from 'next';
import { BrandMark } from '@/components/ui/brand-mark';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <main className="mx-auto max-w-2xl px-6 pt-10">
      <p className="flex items-center gap-2 text-[15px] font-[620] tracking-[-.02em]">
        <BrandMark /> Indelible
      </p>
      <h1 className="sr-only">Not found</h1>
      <EmptyState title="There is no such page or trail here." actions={<ButtonLink href="/">To the first trail</ButtonLink>}>
        The address may be mistyped, or your account may not see this trail. An event never disappears: if a link to one stopped working, check the trail’s name
        in it.
      </EmptyState>
    </main>
  );
}
