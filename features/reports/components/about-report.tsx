'use client';
import Link from 'next/link';
import { AboutList } from '@/components/ui/about-list';
import { CodeBlock } from '@/components/ui/code-block';
import { CopyButton } from '@/components/ui/copy-button';
import { SectionHead } from '@/components/ui/section-head';
import type { About } from '../prepare/about';

/** What an auditor asks of whatever a system prints about itself: where from, which logic, which parameters, is it all there, is it proven. Printed with the report. */
export function AboutReport({ about }: { about: About }) {
  return (
    <section id="about" aria-labelledby="about-head" className="scroll-mt-24">
      <SectionHead id="about-head" title="About this report" note={`${about.report}, version ${about.version}`} />
      <AboutList
        items={about.items.map(({ question, lines, link }) => ({
          question,
          answer: (
            <>
              {lines.map((line) => (
                <span key={line} className="block break-words">
                  {line}
                </span>
              ))}
              {question === 'Which logic' && <Queries about={about} />}
              {link && (
                <Link href={link.href} prefetch={false} className="link thumb">
                  {link.label}
                </Link>
              )}
            </>
          ),
        }))}
      />
    </section>
  );
}

function Queries({ about }: { about: About }) {
  return (
    <details className="mt-0.5">
      <summary className="link inline-block w-fit list-none">Query and its hash</summary>
      <p className="mt-1.5 break-all">
        SHA-256 of the texts below, each with a line feed: <span className="mono">{about.sha256}</span>
      </p>
      {about.queries.map(({ name, sql }) => (
        <div key={name} className="mt-2">
          <p className="flex justify-between gap-2">
            <span className="font-[550] text-ink">{name}</span>
            <CopyButton text={sql} label={`Copy the query of ${name}`} className="link no-print">
              {(copied) => (copied ? 'Copied' : 'Copy')}
            </CopyButton>
          </p>
          <CodeBlock label={`${name}, SQL`} text={sql} />
        </div>
      ))}
    </details>
  );
}
