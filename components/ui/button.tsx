import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';
import { Icon, type IconName } from './icon';

type Look = { variant?: 'default' | 'primary' | 'danger' | 'plain'; size?: 'md' | 'sm' | 'lg'; icon?: IconName; iconAfter?: IconName };

const variants = {
  default: 'border-line-strong bg-surface text-ink hover:bg-hover hover:border-line-control',
  primary: 'border-accent bg-accent text-on-accent hover:bg-accent-strong hover:border-accent-strong',
  danger: 'border-denied bg-surface text-denied hover:bg-denied-soft',
  plain: 'border-transparent text-ink-2 hover:bg-hover hover:text-ink',
};
const sizes = { sm: 'h-[26px] px-2 gap-1.5', md: 'h-[30px] px-3 gap-1.5', lg: 'h-9 px-4 gap-2' };

/** The look alone, for an element that must stay another's (a menu trigger, a label). */
export function buttonClass({ variant = 'default', size = 'md' }: Look = {}, className = ''): string {
  return `hit inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-2 border font-[520] transition-colors duration-90 disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 ${variants[variant]} ${sizes[size]} ${variant === 'plain' && size === 'md' ? 'px-2' : ''} ${className}`;
}

function content({ icon, iconAfter }: Look, children: ReactNode) {
  return (
    <>
      {icon && <Icon name={icon} size={14} />}
      {children}
      {iconAfter && <Icon name={iconAfter} size={14} />}
    </>
  );
}

export function Button({ variant, size, icon, iconAfter, className, children, type = 'button', ...rest }: Look & ComponentProps<'button'>) {
  return (
    <button type={type} className={buttonClass({ variant, size }, className)} {...rest}>
      {content({ icon, iconAfter }, children)}
    </button>
  );
}

/** The same look for what goes somewhere. `download` and other origins need a plain anchor: set `plainAnchor`. */
export function ButtonLink({
  variant,
  size,
  icon,
  iconAfter,
  className,
  children,
  plainAnchor,
  ...rest
}: Look & ComponentProps<typeof Link> & { href: string; plainAnchor?: boolean }) {
  const look = `${buttonClass({ variant, size }, className)} no-print`;
  if (plainAnchor)
    return (
      <a href={rest.href} download={rest.download} className={look}>
        {content({ icon, iconAfter }, children)}
      </a>
    );
  return (
    <Link className={look} {...rest}>
      {content({ icon, iconAfter }, children)}
    </Link>
  );
}

/** A button without a word: its `label` is read out and shown on hover. */
export function IconButton({
  icon,
  label,
  variant = 'plain',
  className = '',
  type = 'button',
  ...rest
}: { icon: IconName; label: string; variant?: 'default' | 'plain' } & Omit<ComponentProps<'button'>, 'children'>) {
  return (
    <button type={type} aria-label={label} title={label} className={buttonClass({ variant }, `!w-[30px] !px-0 ${className}`)} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
