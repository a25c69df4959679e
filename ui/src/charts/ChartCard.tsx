import { useId, type ReactNode } from 'react';

interface Props {
    title: string;
    hint?: string;
    aside?: ReactNode;
    className?: string;
    children: ReactNode;
}

export function ChartCard({ title, hint, aside, className = '', children }: Props) {
    const titleId = useId();
    return (
        <section
            aria-labelledby={titleId}
            className={`surface-card flex flex-col p-5 ${className}`}
        >
            <header className="mb-4 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
                <div>
                    <h2 id={titleId} className="text-[0.9375rem] font-semibold tracking-tight">
                        {title}
                    </h2>
                    {hint && <p className="mt-0.5 text-ui text-ink-faint">{hint}</p>}
                </div>
                {aside}
            </header>
            {children}
        </section>
    );
}
