import { StatusPage } from './StatusPage';
import { t } from '../i18n';

export function NotFoundPage() {
    return <StatusPage code="404" title={t.errors.notFoundTitle} detail={t.errors.notFound} />;
}
