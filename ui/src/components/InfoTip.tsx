import * as Tooltip from '@radix-ui/react-tooltip';
import { Info } from 'lucide-react';
import { useState } from 'react';

/**
 * A definition behind an "i": opens on hover and focus, and on a tap, which the library alone does
 * not.
 */
export function InfoTip({ label, text }: { label: string; text: string }) {
    const [open, setOpen] = useState(false);
    return (
        <Tooltip.Root open={open} onOpenChange={setOpen}>
            <Tooltip.Trigger
                type="button"
                aria-label={label}
                onPointerDown={(event) => event.preventDefault()}
                onClick={(event) => {
                    event.preventDefault();
                    setOpen(true);
                }}
                className="relative z-10 -m-1.5 grid size-7 place-items-center rounded-full text-ink-faint hover:text-ink"
            >
                <Info className="size-3.5" aria-hidden="true" />
            </Tooltip.Trigger>
            <Tooltip.Content
                sideOffset={4}
                collisionPadding={12}
                className="float-in z-50 max-w-72 rounded-lg border border-line bg-raised px-3 py-2 text-ui text-pretty shadow-float"
            >
                {text}
            </Tooltip.Content>
        </Tooltip.Root>
    );
}
