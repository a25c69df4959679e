import { t } from '../i18n';

export function DocumentTitle({ parts }: { parts: string[] }) {
    return <title>{[...parts, t.product].join(' · ')}</title>;
}
