import { useId, useState, type FormEvent } from 'react';
import { t } from '../i18n';
import { isDate } from '../state/dates';
import type { Period, PeriodSearch } from '../state/period';
import { Button } from './Button';

interface Props {
    period: Period;
    today: string;
    onApply: (search: PeriodSearch) => void;
}

export function CustomPeriodForm({ period, today, onApply }: Props) {
    const [from, setFrom] = useState(period.from);
    const [to, setTo] = useState(period.to);
    const [problem, setProblem] = useState('');
    const titleId = useId();

    const submit = (event: FormEvent) => {
        event.preventDefault();
        if (!isDate(from) || !isDate(to)) setProblem(t.period.both);
        else if (from > to) setProblem(t.period.order);
        else onApply({ period: 'custom', from, to });
    };
    return (
        <form
            onSubmit={submit}
            noValidate
            aria-labelledby={titleId}
            className="mt-1.5 border-t border-line p-2.5"
        >
            <p id={titleId} className="text-xs font-medium text-ink-faint">
                {t.period.presets.custom}
            </p>
            <div className="mt-2 grid grid-cols-2 gap-2">
                <DateField
                    label={t.period.from}
                    testId="period-from"
                    value={from}
                    max={today}
                    onChange={setFrom}
                />
                <DateField
                    label={t.period.to}
                    testId="period-to"
                    value={to}
                    max={today}
                    onChange={setTo}
                />
            </div>
            {problem !== '' && (
                <p role="alert" className="mt-2 text-xs text-bad">
                    {problem}
                </p>
            )}
            <Button type="submit" look="primary" data-testid="period-apply" className="mt-3 w-full">
                {t.apply}
            </Button>
        </form>
    );
}

interface DateFieldProps {
    label: string;
    testId: string;
    value: string;
    max: string;
    onChange: (value: string) => void;
}

function DateField({ label, testId, value, max, onChange }: DateFieldProps) {
    return (
        <label className="block text-xs text-ink-soft">
            {label}
            <input
                type="date"
                data-testid={testId}
                value={value}
                max={max}
                onChange={(event) => onChange(event.target.value)}
                className="control mt-1 w-full px-2"
            />
        </label>
    );
}
