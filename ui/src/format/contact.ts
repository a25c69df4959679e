import { t } from '../i18n';
import { formatPhone } from './phone';

interface Contact {
    display_id: number;
    contact_name: string | null;
    contact_phone: string | null;
}

/** The name of a contact. Some channels know only a number, which then is the name. */
export function contactTitle(contact: Pick<Contact, 'contact_name'>): string {
    const name = contact.contact_name?.trim() ?? '';
    return name === '' ? t.leads.unnamed : formatPhone(name);
}

/** What stands below the name: the phone, unless that is the name already, or the number. */
export function contactSubtitle(contact: Contact): string {
    const phone = contact.contact_phone === null ? '' : formatPhone(contact.contact_phone);
    return phone === '' || phone === contactTitle(contact) ? `#${contact.display_id}` : phone;
}
