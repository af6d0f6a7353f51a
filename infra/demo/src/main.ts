/** `npm run demo`: plays the demo interview into a running stack. Ends with 1 when something did not arrive. */
import { createLog } from '@interview/runtime/log';
import { loadSettings, SettingsError } from '@interview/runtime/settings';
import { runMain } from '@interview/runtime/stop';
import { z } from 'zod';
import { playDemo } from './play-demo.js';

const log = createLog('demo');

runMain(log, async () => {
  const settings = loadSettings(['PORT', 'JWT_SECRET']);
  const given = z
    .url({ protocol: /^https?$/ })
    .optional()
    .safeParse(process.env['GATEWAY_URL'] || undefined);
  if (!given.success) throw new SettingsError('Wrong settings: GATEWAY_URL must be an http:// or https:// address.');
  const gatewayUrl = given.data ?? `http://127.0.0.1:${settings.PORT}`;
  const { missing, problems } = await playDemo({ gatewayUrl, jwtSecret: settings.JWT_SECRET, out: process.stdout });
  process.exitCode = missing.length + problems.length > 0 ? 1 : 0;
});
