import * as Dialog from '@radix-ui/react-dialog';
import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { t } from '../../i18n';
import type { LeadSteps } from '../../state/useLeadSteps';
import { IconButton } from '../IconButton';

interface Props {
    conversationId: number;
    name: string;
    displayId: number | undefined;
    steps: LeadSteps;
    onClose: () => void;
    children: ReactNode;
}

/**
 * The panel beside the list, which stays usable: it is a dialog that is not modal. No portal: it
 * comes after the list also for the Tab key.
 */
export function ConversationPanel({
    conversationId,
    name,
    displayId,
    steps,
    onClose,
    children,
}: Props) {
    const scroller = useRef<HTMLDivElement>(null);
    // The element stays when j and k change the conversation, so that the focus stays in it.
    useEffect(() => {
        scroller.current?.scrollTo(0, 0);
    }, [conversationId]);
    const focusScroller = (event: Event) => {
        event.preventDefault();
        scroller.current?.focus({ preventScroll: true });
    };
    return (
        <Dialog.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
            <Dialog.Content
                data-testid="conversation-panel"
                data-conversation-id={conversationId}
                aria-describedby={undefined}
                onInteractOutside={(event) => event.preventDefault()}
                onOpenAutoFocus={focusScroller}
                onCloseAutoFocus={(event) => focusRow(event, conversationId)}
                className="panel-in fixed inset-0 z-40 flex flex-col border-line bg-surface outline-none sm:left-auto sm:w-[36rem] sm:border-l sm:shadow-float lg:top-(--chrome-height) lg:z-20 lg:w-[30rem] xl:w-[38rem]"
            >
                <div className="flex h-16 shrink-0 items-center gap-1 border-b border-line pr-3 pl-5">
                    <div className="min-w-0 flex-1">
                        <Dialog.Title asChild>
                            <h2 className="truncate text-base font-semibold tracking-tight">
                                <bdi>{name}</bdi>
                            </h2>
                        </Dialog.Title>
                        {displayId !== undefined && (
                            <p className="text-xs text-ink-faint tabular-nums">
                                {t.conversation.number(displayId)}
                            </p>
                        )}
                    </div>
                    <IconButton
                        label={t.conversation.previous}
                        disabled={!steps.hasPrevious}
                        onClick={() => steps.open(-1)}
                    >
                        <ChevronUp className="size-5" aria-hidden="true" />
                    </IconButton>
                    <IconButton
                        label={t.conversation.next}
                        disabled={!steps.hasNext}
                        onClick={() => steps.open(1)}
                    >
                        <ChevronDown className="size-5" aria-hidden="true" />
                    </IconButton>
                    <Dialog.Close asChild>
                        <IconButton
                            label={t.conversation.closeHint}
                            data-testid="conversation-close"
                        >
                            <X className="size-5" aria-hidden="true" />
                        </IconButton>
                    </Dialog.Close>
                </div>
                <div
                    ref={scroller}
                    tabIndex={0}
                    role="region"
                    aria-label={t.conversation.panel(name)}
                    className="flex-1 overflow-y-auto overscroll-contain outline-none"
                >
                    {children}
                </div>
                <FocusFrame />
            </Dialog.Content>
        </Dialog.Root>
    );
}

/** Around the scrolled part while it has the focus; above what sticks to its top. */
function FocusFrame() {
    return (
        <span
            aria-hidden="true"
            className="pointer-events-none absolute inset-x-0 top-16 bottom-0 z-20 hidden border-2 border-accent in-[:has(>[role=region]:focus-visible)]:block"
        />
    );
}

/** Back to the row of the conversation that was open. */
function focusRow(event: Event, conversationId: number): void {
    event.preventDefault();
    const row = `[data-testid="lead-row"][data-conversation-id="${conversationId}"] a`;
    document.querySelector<HTMLElement>(row)?.focus();
}
