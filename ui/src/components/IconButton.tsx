import type { ComponentProps, ReactNode } from 'react';

interface Props extends Omit<ComponentProps<'button'>, 'aria-label'> {
    label: string;
    children: ReactNode;
}

/** A square button that shows only an icon; `label` is its name for everybody. */
export function IconButton({ label, children, className = '', ...rest }: Props) {
    return (
        <button
            type="button"
            aria-label={label}
            title={label}
            className={`grid size-9 shrink-0 place-items-center rounded-lg text-ink-soft transition-colors hover:bg-sunken hover:text-ink disabled:pointer-events-none disabled:opacity-40 ${className}`}
            {...rest}
        >
            {children}
        </button>
    );
}
