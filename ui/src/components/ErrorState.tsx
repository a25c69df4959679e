import { CloudOff } from 'lucide-react';
import { ApiError } from '../api/errors';
import { t } from '../i18n';
import { Button } from './Button';
import { Notice } from './Notice';

/** A failed part of a page, with the server's own words where it gave some. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry: () => void }) {
    const detail = error instanceof ApiError ? error.message : t.errors.generic;
    return (
        <Notice icon={CloudOff} title={t.errors.title} detail={detail} role="alert">
            <Button onClick={onRetry}>{t.retry}</Button>
        </Notice>
    );
}
