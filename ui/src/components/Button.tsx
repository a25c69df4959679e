import type { ComponentProps } from 'react';

type Look = 'primary' | 'plain';

const looks: Record<Look, string> = {
    primary: 'bg-accent text-on-accent hover:bg-accent-strong',
    plain: 'border border-line-strong bg-surface text-ink hover:border-control',
};

export function Button({
    look = 'plain',
    className = '',
    ...rest
}: ComponentProps<'button'> & { look?: Look }) {
    return (
        <button
            type="button"
            className={`inline-flex h-9 items-center justify-center gap-2 rounded-lg px-4 text-ui font-medium transition-colors disabled:opacity-60 ${looks[look]} ${className}`}
            {...rest}
        />
    );
}
