import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
    plugins: [react(), tailwindcss()],
    build: {
        target: ['chrome123', 'firefox120', 'safari17.5'], // the first with light-dark()
        assetsInlineLimit: 0, // the Content-Security-Policy allows no data: fonts
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 700, // the charts, loaded after the page
    },
    server: { proxy: { '/api': 'http://127.0.0.1:8504' } },
});
