import { CalendarCheck, CircleCheckBig } from 'lucide-react';
import { t } from '../i18n';
import { Badge } from './Badge';

interface Props {
    visit: boolean;
    conversion: boolean;
}

/** What the lead has reached so far. */
export function LeadMarks({ visit, conversion }: Props) {
    return (
        <span className="inline-flex gap-1">
            {visit && (
                <Badge tone="accent">
                    <CalendarCheck className="size-3" aria-hidden="true" />
                    {t.conversation.rules.visit}
                </Badge>
            )}
            {conversion && (
                <Badge tone="good">
                    <CircleCheckBig className="size-3" aria-hidden="true" />
                    {t.conversation.rules.conversion}
                </Badge>
            )}
        </span>
    );
}
