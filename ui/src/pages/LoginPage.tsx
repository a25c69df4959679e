import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { ApiError } from '../api/errors';
import { logIn, sessionQuery, type Credentials } from '../api/session';
import { DocumentTitle } from '../components/DocumentTitle';
import { LoginArt } from '../components/LoginArt';
import { LoginForm } from '../components/LoginForm';
import { Logo } from '../components/Logo';
import { ProductName } from '../components/ProductName';
import { ThemeSwitch } from '../components/ThemeSwitch';
import { t } from '../i18n';
import { announceSessionChange } from '../state/sessionChannel';

const route = getRouteApi('/login');

export function LoginPage() {
    const { next } = route.useSearch();
    const router = useRouter();
    const queryClient = useQueryClient();
    const login = useMutation({
        mutationFn: (credentials: Credentials) => logIn(credentials),
        onSuccess: async (user) => {
            queryClient.clear();
            announceSessionChange();
            queryClient.setQueryData(sessionQuery.queryKey, user);
            await router.navigate({ to: next ?? '/', replace: true });
        },
    });

    return (
        <div className="grid min-h-dvh bg-surface lg:grid-cols-[minmax(0,1fr)_minmax(0,1.15fr)]">
            <DocumentTitle parts={[t.login.title]} />
            <div className="flex flex-col px-6 py-6 sm:px-10">
                <header className="flex items-center justify-between">
                    <span className="flex items-center gap-2.5">
                        <Logo />
                        <ProductName />
                    </span>
                    <ThemeSwitch />
                </header>
                <main className="m-auto w-full max-w-sm py-12">
                    <h1 className="text-2xl font-semibold tracking-tight">{t.login.title}</h1>
                    <p className="mt-1.5 text-ink-soft">{t.login.welcome}</p>
                    <LoginForm
                        busy={login.isPending || login.isSuccess}
                        problem={login.error ? problemOf(login.error) : ''}
                        onSubmit={(credentials) => login.mutate(credentials)}
                    />
                    <p className="mt-8 text-ui text-ink-faint">{t.login.help}</p>
                </main>
            </div>
            <LoginArt />
        </div>
    );
}

function problemOf(error: Error): string {
    return error instanceof ApiError ? error.message : t.errors.generic;
}
