'use client';
import { useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';

export type PickedFile = { file: File; name: string };

/** Takes files and whole folders, dropped or chosen. */
export function DropZone({ onPick, disabled }: { onPick: (files: PickedFile[]) => void; disabled?: boolean }) {
  const [isOver, setIsOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const pick = (input: HTMLInputElement) => {
    onPick([...(input.files ?? [])].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
    input.value = ''; // so that the same file can be chosen again
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the buttons inside are the first
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(!disabled);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        if (!disabled) void dropped(event.dataTransfer).then(onPick);
      }}
      className={`flex flex-wrap items-center gap-x-4 gap-y-3 rounded-2 border border-dashed px-5 py-6 ${isOver ? 'border-accent bg-accent-soft' : 'border-line-control bg-surface'}`}
    >
      <Icon name="upload" size={20} className="text-ink-3" />
      <p className="min-w-0 flex-1 basis-48">
        <span className="block font-[550]">Drop log files or folders here</span>
        <span className="block text-xs text-ink-2">gzip is unpacked; a file is read once, in one pass, whatever its size</span>
      </p>
      <span className="flex flex-wrap gap-2">
        <Button disabled={disabled} onClick={() => files.current?.click()}>
          Choose files
        </Button>
        <Button disabled={disabled} onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
      </span>
      <input ref={files} type="file" multiple hidden aria-label="Log files" tabIndex={-1} onChange={(event) => pick(event.currentTarget)} />
      <input
        ref={(input) => {
          folder.current = input;
          input?.setAttribute('webkitdirectory', ''); // React does not know the attribute
        }}
        type="file"
        multiple
        hidden
        aria-label="Folder of log files"
        tabIndex={-1}
        onChange={(event) => pick(event.currentTarget)}
      />
    </div>
  );
}

async function dropped(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files].map((file) => ({ file, name: file.name }));
  return (await Promise.all(entries.map(walk))).flat();
}

async function walk(entry: FileSystemEntry): Promise<PickedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    return [{ file, name: entry.fullPath.replace(/^\//, '') }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // a directory is read a hundred entries at a time
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) break;
    all.push(...some);
  }
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  return (await Promise.all(all.map(walk))).flat();
}
