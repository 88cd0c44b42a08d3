'use client';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { createBundleAction } from '@/features/evidence/actions';
import { type NewBundleProps, NewBundleSheet } from '@/features/evidence/components/new-bundle-sheet';

/** The sheet with its two ways out: the list, or the run that makes the bundle. */
export function NewBundle(props: NewBundleProps) {
  const { alias, raw, now, asOf } = props;
  const router = useRouter();
  const [isMaking, startMaking] = useTransition();
  const [refused, setRefused] = useState<string | null>(null);
  const make = () =>
    startMaking(async () => {
      const made = await createBundleAction(alias, raw, { now, asOf });
      if (made.ok) router.push(`/${alias}/evidence?run=${made.run}`);
      else setRefused(made.reason);
    });
  return <NewBundleSheet {...props} onClose={() => router.push(`/${alias}/evidence`)} onMake={make} isMaking={isMaking} refused={refused} />;
}
