/** The product with its dashboard, and a browser to look at it: opened before a file's tests, closed after them. */
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { Redis } from 'ioredis';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM } from './chromium.js';
import { type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';
import type { Place } from './round-fixture.js';
import { castOf } from './viewers.js';

const CLOSE_LIMIT_MS = 60_000;

export let place: Place;
export let dashboardUrl: string;
export let browser: Browser;
/** Of the product: where a test publishes what an analyser would. */
export let redis: Redis;

/** Called at the top of a test file. What a test opens in the browser is closed after it. */
export function useDashboard(): void {
  let stack: OwnStack | undefined;
  beforeAll(async () => {
    stack = await startOwnStack([...SUBGRAPHS, 'gateway', 'dashboard']);
    const { gatewayUrl, redisUrl, jwtSecret, urls } = stack;
    dashboardUrl = `${urls['dashboard']}`;
    place = { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) };
    redis = new Redis(redisUrl);
    browser = await chromium.launch(CHROMIUM);
  }, START_LIMIT_MS);
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  // Whatever did not come about is not there to be closed.
  afterAll(async () => {
    await browser?.close();
    redis?.disconnect();
    await stack?.stop();
  }, CLOSE_LIMIT_MS);
}
