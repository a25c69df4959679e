import { ChevronDown } from 'lucide-react';

export interface Option {
    value: string;
    text: string;
}

interface Props {
    label: string;
    value: string;
    options: Option[];
    onChange: (value: string) => void;
    testId: string;
    /** Shows that the choice narrows what is on screen. */
    active?: boolean;
}

/** The browser's own select: right on every device, and it needs no inline styles (CSP). */
export function Select({ label, value, options, onChange, testId, active = false }: Props) {
    const look = active ? 'border-accent bg-accent-soft font-medium text-accent-strong' : '';
    return (
        <span className="relative inline-flex min-w-0">
            <select
                aria-label={label}
                data-testid={testId}
                value={value}
                onChange={(event) => onChange(event.target.value)}
                className={`choice control w-full appearance-none sm:max-w-60 truncate pr-8 pl-3 ${look}`}
            >
                {options.map((option) => (
                    <option key={option.value} value={option.value}>
                        {option.text}
                    </option>
                ))}
            </select>
            <ChevronDown
                aria-hidden="true"
                className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-ink-faint"
            />
        </span>
    );
}
