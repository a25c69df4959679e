interface Entry {
    name: string;
    /** A class that gives the mark its colour and form. */
    mark: string;
}

export function Legend({ entries }: { entries: Entry[] }) {
    return (
        <ul className="flex items-center gap-4 text-xs text-ink-soft">
            {entries.map(({ name, mark }) => (
                <li key={name} className="flex items-center gap-1.5">
                    <span className={mark} aria-hidden="true" />
                    {name}
                </li>
            ))}
        </ul>
    );
}
