/** `npm run demo`: plays the demo interview into a running stack. Ends with 1 when something did not arrive. */
import { createLog } from '@interview/runtime/log';
import { loadSettings, SettingsError } from '@interview/runtime/settings';
import { runMain } from '@interview/runtime/stop';
import { InterviewError } from '@interview/sdk/errors';
import { z } from 'zod';
import { playDemo } from './play-demo.js';

/** What a person can mend is told in one line. */
function lineFor(error: unknown, gatewayUrl: string): string | undefined {
  if (error instanceof SettingsError) return error.message;
  if (!(error instanceof InterviewError)) return undefined;
  if (error.code === 'NETWORK_ERROR')
    return `No gateway answers at ${gatewayUrl}: run "npm start", or set GATEWAY_URL.`;
  return `The gateway at ${gatewayUrl} refuses the demo: ${error.code} ${error.message}`;
}

runMain(createLog('demo'), async () => {
  let gatewayUrl = '';
  try {
    const settings = loadSettings(['PORT', 'JWT_SECRET']);
    const given = z
      .url({ protocol: /^https?$/ })
      .optional()
      .safeParse(process.env['GATEWAY_URL'] || undefined);
    if (!given.success) throw new SettingsError('Wrong settings: GATEWAY_URL must be an http:// or https:// address.');
    gatewayUrl = given.data ?? `http://127.0.0.1:${settings.PORT}`;
    const { missing, problems } = await playDemo({ gatewayUrl, jwtSecret: settings.JWT_SECRET, out: process.stdout });
    process.exitCode = missing.length + problems.length > 0 ? 1 : 0;
  } catch (error) {
    const line = lineFor(error, gatewayUrl);
    if (line === undefined) throw error;
    process.stderr.write(`${line}\n`);
    process.exitCode = 1;
  }
});
