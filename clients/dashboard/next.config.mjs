import { fileURLToPath } from 'node:url';

/** @type {import('next').NextConfig} */
export default {
  // A server with just what it needs beside it: `.next/standalone`, started by server.mjs.
  output: 'standalone',
  outputFileTracingRoot: fileURLToPath(new URL('../..', import.meta.url)),
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run typecheck` checks types, with the compiler of the whole repository.
  typescript: { ignoreBuildErrors: true },
};
