import { LoaderCircle } from 'lucide-react';
import { t } from '../i18n';

/** While it is not known yet which page may be shown; late enough not to flash. */
export function PendingPage() {
    return (
        <div
            role="status"
            data-testid="pending"
            className="float-in flex items-center justify-center gap-2.5 px-6 py-32 text-ink-soft"
        >
            <LoaderCircle className="size-4 animate-spin" aria-hidden="true" />
            {t.loading}
        </div>
    );
}
