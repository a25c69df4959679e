import { useRouter } from '@tanstack/react-router';
import { ApiError } from '../api/errors';
import { DocumentTitle } from './DocumentTitle';
import { ErrorState } from './ErrorState';
import { StatusPage } from './StatusPage';
import { t } from '../i18n';
import { NotFoundPage } from './NotFoundPage';

export function ErrorPage({ error }: { error: unknown }) {
    const router = useRouter();
    if (error instanceof ApiError && error.status === 403) {
        return <StatusPage code="403" title={t.errors.forbiddenTitle} detail={error.message} />;
    }
    if (error instanceof ApiError && error.status === 404) return <NotFoundPage />;
    return (
        <>
            <DocumentTitle parts={[t.errors.title]} />
            <ErrorState error={error} onRetry={() => void router.invalidate()} />
        </>
    );
}
