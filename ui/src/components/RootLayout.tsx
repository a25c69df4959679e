import * as Tooltip from '@radix-ui/react-tooltip';
import { Outlet } from '@tanstack/react-router';

export function RootLayout() {
    return (
        <Tooltip.Provider delayDuration={250}>
            <Outlet />
        </Tooltip.Provider>
    );
}
