import { formatDateTime, formatTime } from '../../format/instant';

interface Props {
    instant: string;
    timeZone: string;
    className?: string;
}

export function MessageTime({ instant, timeZone, className = '' }: Props) {
    return (
        <time
            dateTime={instant}
            title={formatDateTime(instant, timeZone)}
            className={`shrink-0 text-[0.6875rem] leading-5 tabular-nums ${className}`}
        >
            {formatTime(instant, timeZone)}
        </time>
    );
}
