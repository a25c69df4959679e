import type { EvidenceRule } from '../../api/conversations';

/** The background of a quoted piece, the same in bubbles and legend. */
export const markLooks: Record<EvidenceRule, string> = {
    lead: 'bg-mark-lead',
    visit: 'bg-mark-visit',
    conversion: 'bg-mark-conversion',
    call: 'bg-mark-call',
    negative: 'bg-mark-negative',
};
