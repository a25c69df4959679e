import { queryOptions } from '@tanstack/react-query';
import { getJson, postJson } from './client';

export type Role = 'super_admin' | 'admin' | 'client';

export interface Tenant {
    id: number;
    name: string;
    slug: string;
    timezone: string;
}

export interface User {
    id: number;
    email: string;
    full_name: string;
    role: Role;
    tenant: Tenant;
}

interface UserAnswer {
    user: User;
}

export interface Credentials {
    email: string;
    password: string;
}

export const sessionQuery = queryOptions({
    queryKey: ['me'],
    queryFn: async ({ signal }) => (await getJson<UserAnswer>('/api/me', {}, signal)).user,
    staleTime: Infinity, // a lost session shows itself as 401 on any other request
    meta: { ownsSessionLoss: true }, // the router's guard decides what a missing session means
});

export async function logIn(credentials: Credentials): Promise<User> {
    return (await postJson<UserAnswer>('/api/login', credentials)).user;
}

export async function logOut(): Promise<void> {
    await postJson<undefined>('/api/logout', {});
}
