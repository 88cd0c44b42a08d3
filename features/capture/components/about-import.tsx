import { SectionHead } from '@/components/ui/section-head';

/** What an import does with records, for who decides whether to begin one. */
export function AboutImport({ alias }: { alias: string }) {
  return (
    <aside aria-labelledby="about-import" className="text-xs text-ink-2">
      <SectionHead id="about-import" title="What happens to the records" />
      <ul className="grid gap-3 pt-3">
        <li>
          <b className="font-[560] text-ink">Nothing is dropped in silence.</b> A record that cannot be taken is listed with file, line and reason.
        </li>
        <li>
          <b className="font-[560] text-ink">Twice is once.</b> The same records again, under whatever file name, change nothing.
        </li>
        <li>
          <b className="font-[560] text-ink">Secrets go first.</b> Passwords, tokens and keys are taken out before anything is hashed; afterwards nothing can
          be.
        </li>
        <li>
          <b className="font-[560] text-ink">For good.</b> What has been imported can be neither changed nor taken out again.
        </li>
        <li>
          Large files go faster where they lie:{' '}
          <span className="mono text-ink">
            {['npm run -s indelible --', 'import', '--format cloudtrail', `--trail ${alias}`, 'FOLDER'].map((part) => (
              <span key={part}>
                <span className="inline-block">{part}</span>{' '}
              </span>
            ))}
          </span>
        </li>
      </ul>
    </aside>
  );
}
