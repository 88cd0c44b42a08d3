import type { ComponentProps } from 'react';
import { Banner } from '@/components/ui/banner';

/** What is to be known before the verdict is read; from one edge of the page to the other. */
export function PageNote(props: Pick<ComponentProps<typeof Banner>, 'tone' | 'children'>) {
  return (
    <div className="-mx-(--gutter) mb-5 max-wide:-mx-4">
      <Banner {...props} />
    </div>
  );
}
