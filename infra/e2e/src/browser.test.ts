/** What a person sees: the dashboard's live feed and GraphiQL, in a real browser. */
import { randomUUID } from 'node:crypto';
import { insightResult, publish } from '@interview/bench/result-publisher';
import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { browser, dashboardUrl, place, redis, useDashboard } from './dashboard-world.js';
import { roundIn } from './round-fixture.js';

const LIMIT_MS = 60_000;

useDashboard();

/** A page with a log of every origin it asked, and of every error it had. */
async function openPage(): Promise<{ page: Page; origins: Set<string>; errors: string[] }> {
  const page = await browser.newPage();
  const origins = new Set<string>();
  const errors: string[] = [];
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http')) origins.add(origin);
  });
  page.on('websocket', (socket) => origins.add(new URL(socket.url().replace(/^ws/, 'http')).origin));
  page.on('pageerror', (error) => errors.push(error.message));
  return { page, origins, errors };
}

describe('the dashboard', () => {
  it(
    'logs in with the token of the fragment and shows what is measured, as it is measured',
    async () => {
      const roundId = await roundIn('IN_PROGRESS', place);
      const { page, origins, errors } = await openPage();
      const token = `${place.cast.token('assigned interviewer')}`;
      await page.goto(`${dashboardUrl}/#token=${token}&round=${roundId}`);
      const explanation = `The head turned 4 times, seen by ${randomUUID()}.`;
      const shown = page.getByText(explanation).first().waitFor({ timeout: 30_000 });
      await Promise.race([shown, publishUntil(shown, roundId, explanation)]);
      await shown;

      expect(errors).toEqual([]);
      expect([...origins].sort()).toEqual([dashboardUrl, place.gatewayUrl].sort());
      expect(new URL(page.url()).hash).not.toContain('token');
      await page.close();
    },
    LIMIT_MS,
  );

  it(
    'asks for a token where none was given',
    async () => {
      const { page } = await openPage();
      await page.goto(dashboardUrl);
      await page.getByLabel('Your token').waitFor({ timeout: 30_000 });
      await page.close();
    },
    LIMIT_MS,
  );
});

describe('GraphiQL', () => {
  it(
    'loads whole from the gateway',
    async () => {
      const { page, origins, errors } = await openPage();
      await page.goto(`${place.gatewayUrl}/graphiql`);
      await page.locator('.graphiql-container').first().waitFor({ timeout: 30_000 });
      await page.locator('.graphiql-editors .monaco-editor, .graphiql-editors .CodeMirror').first().waitFor({
        timeout: 30_000,
      });
      expect([...origins]).toEqual([place.gatewayUrl]);
      expect(errors).toEqual([]);
      await page.close();
    },
    LIMIT_MS,
  );
});

/** A feed tells nobody when it is open: an insight with that explanation is published until the page shows one. */
async function publishUntil(shown: Promise<void>, roundId: string, explanation: string): Promise<void> {
  let done = false;
  const end = () => {
    done = true;
  };
  shown.then(end, end);
  while (!done) {
    await publish(redis, { ...insightResult(roundId, Date.now()), explanation });
    await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, 300))]);
  }
}
