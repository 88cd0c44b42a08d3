import { IconButton } from '@/components/ui/button';
import { formatBytes, formatCount } from '@/lib/format';
import type { PickedFile } from './drop-zone';

const SHOWN = 8;

/** What will be sent; a long list shows its beginning and says how much more there is. */
export function PickedFiles({ files, onRemove, disabled }: { files: PickedFile[]; onRemove: (index: number) => void; disabled: boolean }) {
  return (
    <table className="ledger tight cols-fixed" aria-label="Files to import">
      <tbody>
        {files.slice(0, SHOWN).map(({ file, name }, index) => (
          <tr key={`${name} ${file.size} ${file.lastModified}`}>
            <td title={name}>{name}</td>
            <td className="num w-24">{formatBytes(file.size)}</td>
            <td className="num w-10">
              <IconButton icon="close" label={`Leave out ${name}`} disabled={disabled} onClick={() => onRemove(index)} className="!h-6 !w-6" />
            </td>
          </tr>
        ))}
        {files.length > SHOWN && (
          <tr>
            <td className="text-ink-2" colSpan={3}>
              and {formatCount(files.length - SHOWN)} more
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
