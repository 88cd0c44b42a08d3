import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { BrandMark } from '@/components/ui/brand-mark';
import { SignInForm } from '@/features/access/components/sign-in-form';
import { loadSession, loadSignIn } from '@/features/access/loaders';

export const metadata: Metadata = { title: 'Sign in' };

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> };

export default async function SignInPage({ searchParams }: Props) {
  const [{ callbackUrl }, session, { host }] = await Promise.all([searchParams, loadSession(), loadSignIn()]);
  if (session) redirect('/');
  const back = Array.isArray(callbackUrl) ? callbackUrl[0] : callbackUrl;
  return (
    <main className="mx-auto flex min-h-dvh w-[min(320px,calc(100vw-32px))] flex-col justify-center pb-[14vh]">
      <p className="flex items-center gap-2.5 text-[15px] font-[620] tracking-[-.02em]">
        <BrandMark size={26} />
        Indelible
      </p>
      <h1 className="mt-7 text-xl font-[580] tracking-[-.02em]">Sign in</h1>
      <p className="mt-1 mb-5 text-ink-2">
        to the audit trail of <b className="font-[550] break-all text-ink">{host}</b>
      </p>
      <SignInForm callbackUrl={back ?? '/'} />
      <p className="mt-6 border-t border-line pt-3 text-xs text-ink-3">Each sign-in, and each try, becomes an event that nobody can erase unseen.</p>
    </main>
  );
}
