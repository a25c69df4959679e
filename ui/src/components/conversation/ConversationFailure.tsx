import { MessageSquareOff } from 'lucide-react';
import { ApiError } from '../../api/errors';
import { t } from '../../i18n';
import { ErrorState } from '../ErrorState';
import { Notice } from '../Notice';

export function ConversationFailure({ error, onRetry }: { error: Error; onRetry: () => void }) {
    if (error instanceof ApiError && error.status === 404) {
        const { notFoundTitle, notFoundDetail } = t.conversation;
        return <Notice icon={MessageSquareOff} title={notFoundTitle} detail={notFoundDetail} />;
    }
    return <ErrorState error={error} onRetry={onRetry} />;
}
