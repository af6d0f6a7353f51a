/** After `next build`: puts static assets and `public/` where the standalone server serves them from. */
import { cp } from 'node:fs/promises';

const standalone = new URL('.next/standalone/clients/dashboard/', import.meta.url);
await cp(new URL('.next/static/', import.meta.url), new URL('.next/static/', standalone), { recursive: true });
await cp(new URL('public/', import.meta.url), new URL('public/', standalone), { recursive: true });
