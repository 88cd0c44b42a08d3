import { GeistMono } from 'geist/font/mono'; // files in the package: no font server, at build or at run time
import { GeistSans } from 'geist/font/sans';
import { connection } from 'next/server';
import './globals.css';

export const metadata = { title: 'Indelible' };

export default async function RootLayout({ children }: { children: React.ReactNode }) {
  await connection(); // every page per request, /_not-found too: a prerendered page has no nonce and the policy would block its scripts
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>{children}</body>
    </html>
  );
}
