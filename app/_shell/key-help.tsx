'use client';
import { Dialog } from '@/components/ui/dialog';
import { Keys } from '@/components/ui/kbd';
import { type Shortcut, useShortcutList } from '@/components/ui/shortcuts';

/** Every key that works on this page right now, and no other. */
export function KeyHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const list = useShortcutList();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys" note="off while you type">
      {open && <Groups shortcuts={list()} />}
    </Dialog>
  );
}

function Groups({ shortcuts }: { shortcuts: Shortcut[] }) {
  const unique = [...new Map(shortcuts.map((s) => [s.keys, s])).values()];
  const groups = [...new Set(unique.map((s) => s.group))];
  return (
    <div className="columns-2 gap-8 max-wide:columns-1">
      {groups.map((group) => (
        <section key={group} className="mb-4 break-inside-avoid">
          <h3 className="border-b border-line-strong pb-1 text-xs font-[560]">{group}</h3>
          <dl>
            {unique
              .filter((s) => s.group === group)
              .map((s) => (
                <div key={s.keys} className="flex h-[30px] items-center justify-between border-b border-line">
                  <dt>{s.label}</dt>
                  <dd>
                    <Keys keys={s.keys.split(' ').flatMap((k) => (k.startsWith('mod+') ? ['⌘/Ctrl', k.slice(4).toUpperCase()] : [k]))} />
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
