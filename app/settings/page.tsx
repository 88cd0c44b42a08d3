import type { Metadata } from 'next';
import { KeyValues } from '@/components/ui/key-values';
import { SectionHead } from '@/components/ui/section-head';
import { Tag } from '@/components/ui/tag';
import { KeyTable } from '@/features/access/components/key-table';
import { TrailTable } from '@/features/access/components/trail-table';
import { loadTrailSettings, requireSession } from '@/features/access/loaders';
import { roleName } from '@/features/access/roles';
import { LOCKOUT } from '@/features/access/schema';
import { currentCatalogue } from '@/features/catalogue/catalogue';
import { RulesInForce } from '@/features/redaction/components/rules-in-force';
import { loadRules } from '@/features/redaction/loaders';
import { CatalogueTable } from '@/features/reports/components/catalogue-table';
import { loadTrailKeys } from '@/features/sealing/loaders';
import { PageFrame } from '../_shell/page-frame';

export const metadata: Metadata = { title: 'Settings' };

const sections = [
  ['you', 'You'],
  ['trails', 'Trails'],
  ['keys', 'Keys'],
  ['redaction', 'Redaction'],
  ['catalogue', 'Catalogue'],
] as const;

export default async function SettingsPage() {
  const [session, trails, keys, rules] = await Promise.all([requireSession(), loadTrailSettings(), loadTrailKeys(), loadRules()]);
  return (
    <PageFrame title="Settings">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-9 gap-y-7 wide:grid-cols-[132px_minmax(0,1fr)]">
        <nav aria-label="Sections" className="no-print top-[calc(var(--head)+22px)] flex gap-x-4 self-start max-wide:flex-wrap wide:sticky wide:flex-col">
          {sections.map(([id, label]) => (
            <a key={id} href={`#${id}`} className="hit h-7 leading-7 text-ink-2 hover:text-ink">
              {label}
            </a>
          ))}
        </nav>
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-8">
          <section aria-labelledby="you">
            <SectionHead id="you" title="You" />
            <KeyValues
              labelWidth={140}
              wrap
              items={[
                { label: 'Name', value: session.name },
                { label: 'E-mail', value: session.email },
                { label: 'Role', value: roleName(session.role) },
                {
                  label: 'Signing in',
                  value: `Password. ${LOCKOUT.tries} failed tries lock the account for ${LOCKOUT.minutes} minutes; each try is an event in the trail indelible.`,
                },
              ]}
            />
          </section>
          <section aria-labelledby="trails">
            <SectionHead id="trails" title="Trails" note={`${trails.length}`} />
            <TrailTable trails={trails} />
          </section>
          <section aria-labelledby="keys">
            <SectionHead id="keys" title="Keys" note="what a verifier must be given, by another way than this page" />
            <KeyTable trails={keys} />
          </section>
          <section aria-labelledby="redaction">
            <SectionHead id="redaction" title="Redaction" note={<Version id={rules.id} />} />
            <RulesInForce rules={rules} />
          </section>
          <section aria-labelledby="catalogue">
            <SectionHead id="catalogue" title="Catalogue" note={<Version id={currentCatalogue.version} />} />
            <CatalogueTable catalogue={currentCatalogue} />
          </section>
        </div>
      </div>
    </PageFrame>
  );
}

const Version = ({ id }: { id: string }) => (
  <>
    <Tag>{id}</Tag> in force, read only
  </>
);
