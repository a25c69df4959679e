import { CircleAlert, LoaderCircle } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import type { Credentials } from '../api/session';
import { t } from '../i18n';
import { Button } from './Button';
import { PasswordField } from './PasswordField';

interface Props {
    busy: boolean;
    /** What was wrong with the last attempt; empty if nothing. */
    problem: string;
    onSubmit: (credentials: Credentials) => void;
}

const problemId = 'login-problem';

export function LoginForm({ busy, problem, onSubmit }: Props) {
    const [missing, setMissing] = useState(false);
    const shown = missing ? t.login.missing : problem;

    // Read from the form, not from state: password managers fill fields without telling React.
    const submit = (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        const fields = new FormData(event.currentTarget);
        const email = String(fields.get('email') ?? '').trim();
        const password = String(fields.get('password') ?? '');
        setMissing(email === '' || password === '');
        if (email !== '' && password !== '' && !busy) onSubmit({ email, password });
    };
    return (
        <form onSubmit={submit} noValidate className="mt-8 space-y-5">
            <label className="block text-ui font-medium">
                {t.login.email}
                <input
                    name="email"
                    type="email"
                    data-testid="login-email"
                    autoComplete="username"
                    autoCapitalize="none"
                    spellCheck={false}
                    autoFocus
                    aria-invalid={shown !== ''}
                    aria-describedby={problemId}
                    className="control mt-1.5 h-11 w-full px-3.5 text-base font-normal"
                />
            </label>
            <PasswordField invalid={shown !== ''} describedBy={problemId} />
            <div id={problemId} role="alert">
                {shown !== '' && (
                    <p
                        data-testid="login-error"
                        className="flex items-start gap-2 rounded-lg bg-bad-soft px-3.5 py-2.5 text-ui text-bad"
                    >
                        <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
                        {shown}
                    </p>
                )}
            </div>
            <Button
                type="submit"
                look="primary"
                data-testid="login-submit"
                aria-disabled={busy}
                className="h-11 w-full text-[0.9375rem] aria-disabled:opacity-70"
            >
                {busy && <LoaderCircle className="size-4 animate-spin" aria-hidden="true" />}
                {busy ? t.login.submitting : t.login.submit}
            </Button>
        </form>
    );
}
