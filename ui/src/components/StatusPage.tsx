import { Link } from '@tanstack/react-router';
import { t } from '../i18n';
import { DocumentTitle } from './DocumentTitle';

/** A whole page that says why there is nothing to see, and the way home. */
export function StatusPage({
    code,
    title,
    detail,
}: {
    code: string;
    title: string;
    detail: string;
}) {
    return (
        <div
            data-testid="status-page"
            data-status={code}
            className="mx-auto flex max-w-lg flex-col items-start px-6 py-24"
        >
            <DocumentTitle parts={[title]} />
            <p className="text-ui font-semibold text-accent tabular-nums">{code}</p>
            <h1 className="mt-2 text-2xl font-semibold tracking-tight">{title}</h1>
            <p className="mt-2 text-base text-pretty text-ink-soft">{detail}</p>
            <Link
                to="/"
                className="mt-6 inline-flex h-9 items-center rounded-lg bg-accent px-4 text-ui font-medium text-on-accent hover:bg-accent-strong"
            >
                {t.errors.home}
            </Link>
        </div>
    );
}
