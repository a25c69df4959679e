export function ProductName() {
    return (
        <span className="text-[0.9375rem] font-semibold tracking-tight">
            GeniAI <span className="font-normal text-ink-soft">Analytics</span>
        </span>
    );
}
