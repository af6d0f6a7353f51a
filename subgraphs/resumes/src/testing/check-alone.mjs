// Checks one file in a process of its own, and says on stdout what it took. `node --conditions=source check-alone.mjs <kind> <file>`
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { deflateSync, inflateSync } from 'node:zlib';

// Node runs TypeScript, but takes a name as it is written.
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts');
    return next(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
const { checkContent } = await import('../checks/check-content.ts');

const fileAt = async (path) => ({
  sizeBytes: (await stat(path)).size,
  read: async (range) => createReadStream(path, range ?? {}),
});
const peakKb = () => process.resourceUsage().maxRSS;
const fixture = (kind) => fileURLToPath(new URL(`../../fixtures/resume.${kind}`, import.meta.url));

/** Processor time, ms, of what any check does at the least, done for 40 MB: to inflate and to look at every byte. */
function yardstickMs() {
  const packed = deflateSync(Buffer.alloc(4_000_000, 'a'));
  const cpu = process.cpuUsage();
  for (let n = 0; n < 10; n++) {
    let sum = 0;
    for (const byte of inflateSync(packed)) sum = (sum + byte) | 0;
    if (sum === 0) throw new Error('It was not looked at.');
  }
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1000;
}

const [kind, path] = process.argv.slice(2);
// All code is loaded and has run once: what counts is what the file costs.
for (const known of ['pdf', 'doc', 'docx']) await checkContent(known, await fileAt(fixture(known)));
const before = peakKb();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const start = performance.now();
const cpu = process.cpuUsage();
const refusal = await checkContent(kind, await fileAt(path)).then(
  () => null,
  (error) => ({ code: error.code, message: error.message }),
);
const ms = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
delay.disable();
const peakMb = (peakKb() - before) / 1024;
console.log(
  JSON.stringify({
    refusal,
    ms,
    cpuMs: (user + system) / 1000,
    peakMb,
    stallMs: delay.max / 1e6,
    yardstickMs: yardstickMs(),
  }),
);
