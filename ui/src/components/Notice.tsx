import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
    icon: LucideIcon;
    title: string;
    detail: string;
    role?: 'alert' | 'status';
    children?: ReactNode;
}

/** What stands in the place of content that is empty or failed: what happened and what to do. */
export function Notice({ icon: Icon, title, detail, role = 'status', children }: Props) {
    return (
        <div role={role} className="flex flex-col items-center px-6 py-14 text-center">
            <span className="grid size-11 place-items-center rounded-full bg-sunken text-ink-faint">
                <Icon className="size-5" aria-hidden="true" />
            </span>
            <p className="mt-4 font-semibold">{title}</p>
            <p className="mt-1 max-w-sm text-pretty text-ink-soft">{detail}</p>
            {children && <div className="mt-5">{children}</div>}
        </div>
    );
}
