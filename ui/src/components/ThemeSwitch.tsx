import { Moon, Sun } from 'lucide-react';
import { t } from '../i18n';
import { chooseTheme, useTheme } from '../state/theme';
import { IconButton } from './IconButton';

export function ThemeSwitch() {
    const theme = useTheme();
    const next = theme === 'dark' ? 'light' : 'dark';
    const Icon = next === 'dark' ? Moon : Sun;
    return (
        <IconButton
            label={next === 'dark' ? t.theme.toDark : t.theme.toLight}
            data-testid="theme-switch"
            onClick={() => chooseTheme(next)}
        >
            <Icon className="size-[1.125rem]" aria-hidden="true" />
        </IconButton>
    );
}
