import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/queryClient';
import { createAppRouter } from './router';
import { startTheme } from './state/theme';
import { sessionQuery } from './api/session';
import './styles.css';

startTheme();

const queryClient = createQueryClient(() => {
    // The guard of the signed-in routes asks for the session again and leads to log-in.
    queryClient.removeQueries(sessionQuery);
    void router.invalidate();
});
const router = createAppRouter(queryClient);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
    <StrictMode>
        <QueryClientProvider client={queryClient}>
            <RouterProvider router={router} />
        </QueryClientProvider>
    </StrictMode>,
);
