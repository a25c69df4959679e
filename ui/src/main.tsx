import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/errors';
import { createQueryClient } from './api/queryClient';
import { sessionQuery } from './api/session';
import { createAppRouter } from './router';
import { onSessionChangeElsewhere } from './state/sessionChannel';
import { startTheme } from './state/theme';
import './styles.css';

startTheme();

const queryClient = createQueryClient(() => {
    // The guard of the signed-in routes asks for the session again and leads to log-in.
    queryClient.removeQueries(sessionQuery);
    void router.invalidate();
});
const router = createAppRouter(queryClient);

onSessionChangeElsewhere(() => {
    queryClient.clear();
    void router.invalidate();
});

// "Back" may bring a page out of the browser's memory with the numbers of a session that has ended.
window.addEventListener('pageshow', (event) => {
    if (event.persisted) window.location.reload();
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root, {
    onCaughtError: (error) => {
        // A refused page says so on screen; only what nobody expects is worth a stack.
        if (!(error instanceof ApiError)) console.error(error);
    },
}).render(
    <StrictMode>
        <QueryClientProvider client={queryClient}>
            <RouterProvider router={router} />
        </QueryClientProvider>
    </StrictMode>,
);
