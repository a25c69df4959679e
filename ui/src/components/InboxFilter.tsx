import type { InboxChoice } from '../api/overview';
import { t } from '../i18n';
import { Select } from './Select';

interface Props {
    inboxes: InboxChoice[];
    value: number | undefined;
    onChange: (inbox: number | undefined) => void;
}

export function InboxFilter({ inboxes, value, onChange }: Props) {
    const options = [
        { value: '', text: t.inboxFilter.all },
        ...inboxes.map((inbox) => ({ value: String(inbox.id), text: inbox.name })),
    ];
    return (
        <Select
            label={t.inboxFilter.label}
            testId="inbox-filter"
            value={value === undefined ? '' : String(value)}
            options={options}
            active={value !== undefined}
            onChange={(text) => onChange(text === '' ? undefined : Number(text))}
        />
    );
}
