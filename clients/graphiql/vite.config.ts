import { defineConfig } from 'vite';

/** Everything, workers and icons too, comes from the gateway under this path: the page asks no other origin. */
export default defineConfig({
  base: '/graphiql/',
  oxc: { jsx: { runtime: 'automatic' } },
  worker: { format: 'es' },
  build: {
    // Monaco with its workers is one editor: splitting it for size would only add requests on the same machine.
    chunkSizeWarningLimit: 8_000,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // "use client" in libraries speaks to server components, which there are none of here.
      onwarn: (warning, warn) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
