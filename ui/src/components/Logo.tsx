/** The mark alone; the name stands beside it as text. */
export function Logo({ className = 'size-7' }: { className?: string }) {
    return (
        <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
            <rect width="32" height="32" rx="9" className="fill-accent" />
            <g className="stroke-on-accent" strokeLinecap="round">
                <path d="M9 20.5v-4M16 20.5v-9M23 20.5v-6" strokeWidth="3" />
                <path d="M9 24.5h14" strokeWidth="2" opacity="0.6" />
            </g>
        </svg>
    );
}
