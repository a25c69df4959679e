import * as Menu from '@radix-ui/react-dropdown-menu';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { logOut, type User } from '../api/session';
import { initialsOf } from '../format/initials';
import { t } from '../i18n';
import { announceSessionChange } from '../state/sessionChannel';

export function UserMenu({ user }: { user: User }) {
    const queryClient = useQueryClient();
    const navigate = useNavigate();
    const leave = useMutation({
        mutationFn: logOut,
        onSettled: async () => {
            announceSessionChange();
            await navigate({ to: '/login' });
            queryClient.clear(); // nothing of this person stays for the next one
        },
    });

    // Not modal: the modal one locks the page with an inline <style>, which the CSP refuses. No
    // portal: the menu belongs to the header, also for who walks through landmarks.
    return (
        <Menu.Root modal={false}>
            <Menu.Trigger
                data-testid="user-menu"
                aria-label={t.userMenu.open(user.full_name)}
                className="grid size-9 place-items-center rounded-full"
            >
                <span className="grid size-8 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent-strong">
                    {initialsOf(user.full_name)}
                </span>
            </Menu.Trigger>
            <Menu.Content
                align="end"
                sideOffset={6}
                className="float-in z-40 w-64 rounded-xl border border-line bg-raised p-1.5 shadow-float"
            >
                <Menu.Label className="px-2.5 py-2">
                    <span className="block truncate font-medium">{user.full_name}</span>
                    <span className="block truncate text-ui text-ink-faint">{user.email}</span>
                    <span className="mt-1 block text-xs text-ink-faint">
                        {t.userMenu.roles[user.role]} · {user.tenant.name}
                    </span>
                </Menu.Label>
                <Menu.Separator className="my-1 h-px bg-line" />
                <Menu.Item
                    data-testid="logout"
                    onSelect={() => leave.mutate()}
                    className="flex cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-2 outline-none data-highlighted:bg-sunken"
                >
                    <LogOut className="size-4 text-ink-soft" aria-hidden="true" />
                    {t.userMenu.logout}
                </Menu.Item>
            </Menu.Content>
        </Menu.Root>
    );
}
