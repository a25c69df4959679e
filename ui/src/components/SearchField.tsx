import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

interface Props {
    label: string;
    placeholder: string;
    testId: string;
    /** What is searched for now, as the address tells it. */
    value: string;
    onChange: (text: string) => void;
    className?: string;
}

const typingPauseMs = 300;

/** Reports the text once typing pauses; follows the address when it changes by other means. */
export function SearchField({
    label,
    placeholder,
    testId,
    value,
    onChange,
    className = '',
}: Props) {
    const [text, setText] = useState(value);
    const reported = useRef(value);
    const report = useRef(onChange);
    useEffect(() => {
        report.current = onChange;
    });

    useEffect(() => {
        if (value === reported.current) return;
        reported.current = value;
        setText(value);
    }, [value]);

    useEffect(() => {
        const trimmed = text.trim();
        if (trimmed === reported.current) return;
        const timer = window.setTimeout(() => {
            reported.current = trimmed;
            report.current(trimmed);
        }, typingPauseMs);
        return () => window.clearTimeout(timer);
    }, [text]);

    return (
        <span className={`relative inline-flex min-w-0 ${className}`}>
            <Search
                aria-hidden="true"
                className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-faint"
            />
            <input
                type="search"
                aria-label={label}
                placeholder={placeholder}
                data-testid={testId}
                value={text}
                onChange={(event) => setText(event.target.value)}
                className="control w-full pr-3 pl-9"
            />
        </span>
    );
}
