'use client';
import { type ReactNode, useEffect, useState } from 'react';

type Props = {
  text: string;
  /** A function only from a client component: a server component passes the two looks as `children` and `done`. */
  children: ReactNode | ((copied: boolean) => ReactNode);
  /** Shown for a moment instead, once it is copied. */
  done?: ReactNode;
  label: string;
  className?: string;
  title?: string;
};

/** Copies `text` when pressed and says so, to the eye for a moment and to a screen reader once. */
export function CopyButton({ text, children, done, label, className, title }: Props) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button type="button" className={className} title={title} aria-label={copied ? 'Copied' : label} onClick={() => void copyText(text).then(setCopied)}>
      {typeof children === 'function' ? children(copied) : copied ? done : children}
    </button>
  );
}

/** The clipboard needs a secure origin; over plain http in a local network the old way still works. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'fixed opacity-0';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
