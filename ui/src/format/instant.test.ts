import { expect, test } from 'vitest';
import { dayOf, formatAgo, formatDateTime, formatMoment, formatTime } from './instant';

const saoPaulo = 'America/Sao_Paulo';
const now = new Date('2026-03-12T20:00:00Z');

test('an instant has the day and time of the tenant, not of the browser', () => {
    expect(dayOf('2026-03-12T02:30:00.123Z', saoPaulo)).toBe('2026-03-11');
    expect(dayOf('2026-03-12T02:30:00.123Z', 'Europe/Lisbon')).toBe('2026-03-12');
    expect(formatTime('2026-03-12T17:32:00Z', saoPaulo)).toBe('14:32');
    expect(formatTime('2026-03-12T17:32:00Z', 'America/Manaus')).toBe('13:32');
});

test('a full stamp reads day first', () => {
    expect(formatDateTime('2026-03-12T17:32:00Z', saoPaulo)).toBe('12/03/2026, 14:32');
});

test('a moment is as short as today allows', () => {
    expect(formatMoment('2026-03-12T17:32:00Z', saoPaulo, now)).toBe('14:32');
    expect(formatMoment('2026-03-12T02:30:00Z', saoPaulo, now)).toBe('ontem, 23:30');
    expect(formatMoment('2026-02-03T12:00:00Z', saoPaulo, now)).toBe('3 fev, 09:00');
    expect(formatMoment('2025-12-31T12:00:00Z', saoPaulo, now)).toBe('31 dez 2025, 09:00');
});

test('an age uses its largest unit', () => {
    expect(formatAgo('2026-03-12T19:48:00Z', now)).toBe('há 12 minutos');
    expect(formatAgo('2026-03-09T19:00:00Z', now)).toBe('há 3 dias');
    expect(formatAgo('2026-03-12T19:59:50Z', now)).toBe('agora');
});
