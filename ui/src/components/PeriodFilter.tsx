import * as Popover from '@radix-ui/react-popover';
import { CalendarDays, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { formatRange } from '../format/date';
import { t } from '../i18n';
import { presets, type Period, type PeriodSearch, type Preset } from '../state/period';
import { CustomPeriodForm } from './CustomPeriodForm';

interface Props {
    period: Period;
    today: string;
    onChange: (search: PeriodSearch) => void;
}

export function PeriodFilter({ period, today, onChange }: Props) {
    const [open, setOpen] = useState(false);
    const choose = (search: PeriodSearch) => {
        setOpen(false);
        onChange(search);
    };
    return (
        <Popover.Root open={open} onOpenChange={setOpen}>
            <Popover.Trigger
                data-testid="period-filter"
                data-from={period.from}
                data-to={period.to}
                className="control inline-flex items-center gap-2 px-3"
            >
                <CalendarDays className="size-4 text-ink-faint" aria-hidden="true" />
                <span className="sr-only">{t.period.label}: </span>
                <span className="font-medium whitespace-nowrap">
                    {t.period.presets[period.preset]}
                </span>
                <span className="hidden whitespace-nowrap text-ink-faint tabular-nums md:inline">
                    {formatRange(period.from, period.to)}
                </span>
                <ChevronDown className="size-4 text-ink-faint" aria-hidden="true" />
            </Popover.Trigger>
            <Popover.Portal>
                <Popover.Content
                    align="end"
                    sideOffset={6}
                    collisionPadding={12}
                    aria-label={t.period.label}
                    className="float-in z-40 w-72 rounded-xl border border-line bg-raised p-1.5 shadow-float"
                >
                    <PresetList
                        chosen={period.preset}
                        onChoose={(preset) => choose({ period: preset })}
                    />
                    <CustomPeriodForm period={period} today={today} onApply={choose} />
                </Popover.Content>
            </Popover.Portal>
        </Popover.Root>
    );
}

function PresetList({ chosen, onChoose }: { chosen: Preset; onChoose: (preset: Preset) => void }) {
    return (
        <ul>
            {presets
                .filter((preset) => preset !== 'custom')
                .map((preset) => (
                    <li key={preset}>
                        <button
                            type="button"
                            data-testid={`period-option-${preset}`}
                            aria-pressed={preset === chosen}
                            onClick={() => onChoose(preset)}
                            className="w-full rounded-lg px-2.5 py-1.5 text-left text-ui transition-colors hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:font-semibold aria-pressed:text-accent-strong"
                        >
                            {t.period.presets[preset]}
                        </button>
                    </li>
                ))}
        </ul>
    );
}
