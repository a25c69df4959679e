import type { ReactNode } from 'react';

interface Props {
    title: string;
    /** Beside the title, such as the freshness of the data. */
    note?: ReactNode;
    children?: ReactNode;
}

export function PageHeader({ title, note, children }: Props) {
    return (
        <header className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
            <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
                <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
                {note}
            </div>
            {children && (
                <div className="flex max-w-full flex-wrap items-center gap-2">{children}</div>
            )}
        </header>
    );
}
