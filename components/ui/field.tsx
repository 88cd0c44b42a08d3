import { type ComponentProps, type ReactNode, useId } from 'react';

const control =
  'w-full rounded-2 border border-line-control bg-surface px-2.5 text-ink placeholder:text-ink-3 aria-invalid:border-denied disabled:opacity-60 pointer-coarse:text-[16px]';

type Frame = { label: ReactNode; hint?: ReactNode; error?: ReactNode };

/** A label, its control, and below either a hint or, once something is wrong, what and how to fix it. */
function Frame({ label, hint, error, id, children }: Frame & { id: string; children: ReactNode }) {
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-xs font-[550] text-ink">
        {label}
      </label>
      {children}
      {(error || hint) && (
        <p id={`${id}-note`} className={`text-xs ${error ? 'text-denied' : 'text-ink-3'}`}>
          {error || hint}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, className = '', ...rest }: Frame & ComponentProps<'input'>) {
  const made = useId();
  const id = rest.id ?? made;
  return (
    <Frame label={label} hint={hint} error={error} id={id}>
      <input
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? `${id}-note` : undefined}
        className={`${control} h-9 pointer-coarse:h-11 ${className}`}
      />
    </Frame>
  );
}

export function SelectField({ label, hint, error, className = '', children, ...rest }: Frame & ComponentProps<'select'>) {
  const made = useId();
  const id = rest.id ?? made;
  return (
    <Frame label={label} hint={hint} error={error} id={id}>
      <select {...rest} id={id} aria-invalid={error ? true : undefined} className={`${control} h-9 pointer-coarse:h-11 ${className}`}>
        {children}
      </select>
    </Frame>
  );
}

export function TextArea({ label, hint, error, className = '', ...rest }: Frame & ComponentProps<'textarea'>) {
  const made = useId();
  const id = rest.id ?? made;
  return (
    <Frame label={label} hint={hint} error={error} id={id}>
      <textarea {...rest} id={id} aria-invalid={error ? true : undefined} className={`${control} min-h-20 py-2 ${className}`} />
    </Frame>
  );
}

/** A box to tick, its words beside it. */
export function CheckField({ label, hint, ...rest }: { label: ReactNode; hint?: ReactNode } & Omit<ComponentProps<'input'>, 'type'>) {
  return (
    <label className="flex items-start gap-2 py-1">
      <input type="checkbox" {...rest} className="hit mt-[3px] size-3.5 shrink-0 accent-(--accent)" />
      <span>
        {label}
        {hint && <span className="block text-xs text-ink-2">{hint}</span>}
      </span>
    </label>
  );
}

/** One of a few weighty answers, each with what it means. */
export function ChoiceField({
  title,
  note,
  children,
  ...rest
}: { title: ReactNode; note?: ReactNode; children?: ReactNode } & Omit<ComponentProps<'input'>, 'type' | 'title'>) {
  return (
    <label className="flex cursor-pointer gap-2.5 rounded-2 border border-line-strong px-3 py-2.5 has-checked:border-accent has-checked:bg-accent-soft has-checked:shadow-[inset_0_0_0_1px_var(--accent)] has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-focus">
      <input type="radio" {...rest} className="mt-[3px] size-3.5 shrink-0 accent-(--accent) outline-none" />
      <span className="min-w-0">
        <b className="mr-1.5 font-[570]">{title}</b>
        {note && <span className="text-ink-2"> {note}</span>}
        {children && <span className="block text-xs text-ink-2"> {children}</span>}
      </span>
    </label>
  );
}
