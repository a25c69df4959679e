import { Eye, EyeOff } from 'lucide-react';
import { useId, useState } from 'react';
import { t } from '../i18n';
import { IconButton } from './IconButton';

export function PasswordField({ invalid, describedBy }: { invalid: boolean; describedBy: string }) {
    const id = useId();
    const [visible, setVisible] = useState(false);
    const Icon = visible ? EyeOff : Eye;
    return (
        <div>
            <label htmlFor={id} className="text-ui font-medium">
                {t.login.password}
            </label>
            <div className="relative mt-1.5">
                <input
                    id={id}
                    name="password"
                    type={visible ? 'text' : 'password'}
                    data-testid="login-password"
                    autoComplete="current-password"
                    aria-invalid={invalid}
                    aria-describedby={describedBy}
                    className="control h-11 w-full pr-12 pl-3.5 text-base"
                />
                <IconButton
                    label={visible ? t.login.hidePassword : t.login.showPassword}
                    onClick={() => setVisible(!visible)}
                    className="absolute top-1 right-1"
                >
                    <Icon className="size-4" aria-hidden="true" />
                </IconButton>
            </div>
        </div>
    );
}
