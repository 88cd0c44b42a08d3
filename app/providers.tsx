'use client';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { isServer, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { ClockProvider } from '@/components/ui/clock';
import { ShortcutProvider } from '@/components/ui/shortcuts';
import { TimeCard } from '@/components/ui/time-card';

const makeClient = () => new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: 1 } } });
let browserClient: QueryClient | undefined;

/** One client per request on the server (it holds one user's data), one for the tab in the browser. */
function queryClient() {
  if (isServer) return makeClient();
  browserClient ??= makeClient();
  return browserClient;
}

/** `zone` and `now` come with the request, so that server and browser print the same text. disableStyleElements: React drops the nonce of a hoisted <style>. */
export function Providers({ zone, now, children }: { zone: string; now: string; children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient()}>
      <NuqsAdapter>
        <CSPProvider disableStyleElements>
          <ClockProvider zone={zone} now={now}>
            <ShortcutProvider>
              {children}
              <TimeCard />
            </ShortcutProvider>
          </ClockProvider>
        </CSPProvider>
      </NuqsAdapter>
    </QueryClientProvider>
  );
}
