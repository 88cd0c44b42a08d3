import { GeistMono } from 'geist/font/mono'; // files in the package: no font server, at build or at run time
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { PatternDefs } from '@/components/ui/pattern-defs';
import { loadPreferences } from '@/features/access/loaders';
import './globals.css';
import { Providers } from './providers';

export const metadata: Metadata = { title: { default: 'Indelible', template: '%s · Indelible' }, robots: { index: false } };
export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#FAF8F3' },
    { media: '(prefers-color-scheme: dark)', color: '#131318' },
  ],
};

export default async function RootLayout({ children }: { children: React.ReactNode }) {
  // reads cookies, so every page is rendered per request, /_not-found too: a prerendered page has no nonce and the policy would block its scripts
  const { theme, zone, now } = await loadPreferences();
  return (
    <html lang="en-GB" data-theme={theme === 'system' ? undefined : theme} className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>
        <PatternDefs />
        <Providers zone={zone} now={now}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
