/**
 * What people do on the dashboard's pages beside the call: judge what was measured, decide, read a resume, create a
 * round, read the audit log, erase. Each page is checked by axe against WCAG 2.2 AA.
 */
import { readFile } from 'node:fs/promises';
import { insightResult, publish } from '@interview/bench/result-publisher';
import { RESUME } from '@interview/demo/interview';
import { uploadResume } from '@interview/demo/resume-upload';
import { describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { browser, dashboardUrl, place, redis, useDashboard } from './dashboard-world.js';
import { must, roundIn } from './round-fixture.js';
import { until } from './until.js';
import type { ViewerName } from './viewers.js';

const LIMIT_MS = 120_000;

useDashboard();

/** A browser session of one person, on a page of the dashboard. */
async function open(viewer: ViewerName, path = '/'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(`${dashboardUrl}${path}#token=${place.cast.token(viewer)}`);
  return page;
}

/** What axe finds wrong with the page, each with the element. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: unknown = await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target)))`);
  return found as string[]; // what the expression above answers
}

/** A round in progress with one alert. */
async function roundWithAlert(): Promise<string> {
  const id = await roundIn('IN_PROGRESS', place);
  await publish(redis, {
    ...insightResult(id, Date.now()),
    service: 'fraud',
    type: 'TAB_SWITCH',
    severity: 'MEDIUM',
    value: { phase: 'START' },
    explanation: 'The interview page was hidden.',
    source: 'e2e/1',
  });
  await until('the alert is listed', async () => {
    const query = 'query ($id: ID!) { round(id: $id) { insights { totalCount } } }';
    const { round } = (await must(place, 'HR', query, { id })) as { round: { insights: { totalCount: number } } };
    return round.insights.totalCount > 0 ? true : undefined;
  });
  return id;
}

const shown = (locator: Locator) => locator.first().waitFor();
const pictures = process.env['SCREENSHOTS'];
async function shoot(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` });
}

describe('the page of a round', () => {
  it(
    'lets people judge an alert, read the resume, and decide when the round has ended',
    async () => {
      const id = await roundWithAlert();
      const { gatewayUrl, cast } = place;
      await uploadResume({
        gatewayUrl,
        token: `${cast.token('HR')}`,
        roundId: id,
        candidateId: cast.assignedCandidateId,
      });
      const interviewer = await open('assigned interviewer', `/rounds/${id}`);
      const hr = await open('HR', `/rounds/${id}`);
      await shown(hr.getByRole('button', { name: 'Dismiss: Tab left' }));
      await interviewer.getByRole('button', { name: 'Dismiss: Tab left' }).click();
      await shown(interviewer.getByText('Dismissed: no longer counted'));
      await shown(hr.getByText('Dismissed: no longer counted'));
      await hr.getByRole('button', { name: 'Undo: Tab left' }).click();
      await shown(interviewer.getByRole('button', { name: 'Confirm: Tab left' }));
      expect(await barriers(interviewer)).toEqual([]);

      await shown(interviewer.getByRole('heading', { name: 'Skills' }));
      const [file] = await Promise.all([
        interviewer.waitForEvent('download'),
        interviewer.getByRole('button', { name: `Download ${RESUME.fileName}` }).click(),
      ]);
      expect(await readFile(await file.path())).toEqual(await readFile(RESUME.url));
      await shoot(interviewer, 'round-in-progress');

      await interviewer.getByRole('button', { name: 'End the round' }).click();
      await interviewer.getByRole('button', { name: 'End it' }).click();
      await shown(interviewer.getByText('people decide'));
      await interviewer.getByText('Rests on one insight').click();
      const submit = interviewer.getByRole('button', { name: 'Submit the verdict' });
      await submit.click();
      await shown(interviewer.getByText('A verdict needs this.'));
      await interviewer.getByLabel('Decision', { exact: true }).selectOption('HOLD');
      await interviewer.getByLabel('Overall, 1–10').fill('42');
      await submit.click();
      const overall = interviewer.getByLabel('Overall, 1–10');
      await until('the server’s complaint stands at the score', async () =>
        (await overall.getAttribute('aria-invalid')) === 'true' ? true : undefined,
      );
      await shoot(interviewer, 'verdict-refused');
      expect(await barriers(interviewer)).toEqual([]);
      await overall.fill('7');
      await submit.click();
      await shown(interviewer.getByRole('heading', { name: 'Verdict: Hold' }));
      await shown(hr.getByRole('heading', { name: 'Verdict: Hold' }));
      await shoot(hr, 'verdict');
      expect(await barriers(hr)).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'tells the candidate what is analysed, and nothing of what was measured',
    async () => {
      const id = await roundWithAlert();
      const candidate = await open('assigned candidate', `/rounds/${id}`);
      await shown(candidate.getByRole('heading', { name: 'What is analysed' }));
      await shown(candidate.getByText('You agreed.'));
      await shown(candidate.getByText('is compared with the face at the start'));
      await shown(candidate.getByText('services that the company runs or has contracted'));
      expect(await candidate.getByText('The interview page was hidden.').count()).toBe(0);
      expect(await barriers(candidate)).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('the pages of HR', () => {
  it(
    'create a round, with each complaint at its field, and show it in the audit log',
    async () => {
      const page = await open('HR', '/rounds/new');
      await page.getByRole('button', { name: 'Create the round' }).click();
      const interview = page.getByLabel('Interview', { exact: true });
      await until('the server’s complaint stands at the interview', async () =>
        (await interview.getAttribute('aria-invalid')) === 'true' ? true : undefined,
      );
      await shoot(page, 'new-round-refused');
      expect(await barriers(page)).toEqual([]);
      await interview.fill('interview-4711');
      await page.getByLabel('Job role').fill('backend-engineer');
      await page.getByLabel('Candidate', { exact: true }).fill('candidate-42');
      await page.getByRole('button', { name: 'Create the round' }).click();
      await shown(page.getByRole('heading', { name: 'candidate-42' }));

      const roundId = `${new URL(page.url()).pathname.split('/').at(-1)}`;
      await page.getByRole('link', { name: 'audit log', exact: true }).click();
      await shown(page.getByRole('heading', { name: 'Audit log' }));
      expect(await page.getByLabel('Round').inputValue()).toBe(roundId);
      await page.getByLabel('What happened').selectOption('ROUND_CREATED');
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await shown(page.getByText('One entry'));
      await shown(page.getByRole('cell', { name: 'Round created' }));
      await shoot(page, 'audit-log');
      expect(await barriers(page)).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'erase a candidate only after asking once more, and say when it is done',
    async () => {
      const id = await roundIn('COMPLETED', place);
      const page = await open('HR', '/erasure');
      await page.getByLabel('Candidate').fill(place.cast.assignedCandidateId);
      await page.getByRole('button', { name: 'Erase', exact: true }).click();
      await page.getByRole('button', { name: 'No', exact: true }).click();
      await page.getByRole('button', { name: 'Erase', exact: true }).click();
      expect(await barriers(page)).toEqual([]);
      await page.getByRole('button', { name: 'Erase for good' }).click();
      await shown(page.getByText('Erased, '));
      await shoot(page, 'erasure');
      expect(await barriers(page)).toEqual([]);
      await page.goto(`${dashboardUrl}/rounds/${id}`);
      await shown(page.getByRole('heading', { name: 'There is no such round' }));
    },
    LIMIT_MS,
  );
});
