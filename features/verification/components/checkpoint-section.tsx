import { ButtonLink, buttonClass } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { CopyButton } from '@/components/ui/copy-button';
import { SectionHead } from '@/components/ui/section-head';
import { checkpointCommands } from '@/features/sealing/check-by-hand';
import { plural } from '@/lib/format';
import type { ShownCheckpoint } from '../shown-checkpoint';

type Props = { alias: string; vkey: string; checkpoint: ShownCheckpoint };

/** The newest checkpoint as it was signed, to take away; and how to check it without us. */
export function CheckpointSection({ alias, vkey, checkpoint }: Props) {
  if (!checkpoint.ok) {
    return (
      <section aria-labelledby="checkpoint">
        <SectionHead id="checkpoint" title="Checkpoint" />
        <p className="pt-2 text-ink-2">
          {checkpoint.code === 'CHECKPOINT_NONE'
            ? 'There is none to show: nothing is signed yet, which takes a few seconds, or its file is gone or does not open; the list of anchors says which.'
            : `${checkpoint.code}: ${checkpoint.hint.replace(/\.$/, '')}.`}
        </p>
      </section>
    );
  }
  const { size, note } = checkpoint;
  const commands = checkpointCommands(vkey, `${alias}-${size}.checkpoint`);
  return (
    <section aria-labelledby="checkpoint">
      <SectionHead
        id="checkpoint"
        title="Checkpoint"
        note={`as signed, ${plural(size, 'event')}`}
        end={
          <ButtonLink
            href={`/api/v1/trails/${encodeURIComponent(alias)}/checkpoint?size=${size}`}
            plainAnchor
            download
            icon="download"
            size="sm"
            className="text-xs"
          >
            Download
          </ButtonLink>
        }
      />
      <div className="grid gap-2 pt-2.5">
        <CodeBlock label="The checkpoint as signed" text={note} />
        <p className="text-xs text-ink-2">
          Keep a copy where this machine’s administrators cannot reach it, or send it to somebody: a history that is rewritten later no longer fits it. To check
          the signature without us, with openssl:
        </p>
        <CodeBlock label="Commands that check the signature" text={commands} />
        <CopyButton text={commands} label="Copy the commands" done="Copied" className={`${buttonClass({ size: 'sm' })} no-print justify-self-start text-xs`}>
          Copy the commands
        </CopyButton>
      </div>
    </section>
  );
}
