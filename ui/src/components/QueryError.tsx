import { ApiError } from '../api/errors';
import { ErrorPage } from './ErrorPage';
import { ErrorState } from './ErrorState';

/**
 * A failed main query of a page: refusals as a page of their own, anything else with a way to try
 * again.
 */
export function QueryError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) {
        return <ErrorPage error={error} />;
    }
    return (
        <div className="surface-card">
            <ErrorState error={error} onRetry={onRetry} />
        </div>
    );
}
