const brazilian = /^\+?55(\d{2})(\d{4,5})(\d{4})$/;

/** Groups a Brazilian number ("+55 11 90000-0001"); any other text stays as it is. */
export function formatPhone(phone: string): string {
    const match = brazilian.exec(phone.replace(/[\s().-]/g, ''));
    return match ? `+55 ${match[1]} ${match[2]}-${match[3]}` : phone;
}
