/**
 * A call between two people in two browsers: they see each other directly, and what the candidate's devices give is
 * measured exactly as long as the candidate consents. The devices are Chromium's own fakes, which play the demo's
 * face and voice for ever.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM } from './chromium.js';
import { type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';
import { type Place, roundIn } from './round-fixture.js';
import { until } from './until.js';
import { castOf, type ViewerName } from './viewers.js';

const LIMIT_MS = 180_000;
const STEP_MS = 60_000;

const media = (file: string) => fileURLToPath(new URL(`../../demo/media/${file}`, import.meta.url));

let stack: OwnStack | undefined;
let place: Place;
let dashboardUrl: string;
const browsers: Browser[] = [];

beforeAll(async () => {
  stack = await startOwnStack([...SUBGRAPHS, 'speech', 'video', 'gateway', 'dashboard']);
  const { gatewayUrl, redisUrl, jwtSecret } = stack;
  dashboardUrl = `${stack.urls['dashboard']}`;
  place = { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) };
}, START_LIMIT_MS);

afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.close();
}, LIMIT_MS);

afterAll(async () => {
  await stack?.stop();
}, LIMIT_MS);

interface Person {
  page: Page;
  errors: string[];
  /** Pieces of sound and picture that left the page so far: the binary messages of its sockets. */
  sent(): number;
}

/** A browser of their own, with devices, on the round's page. */
async function openRound(viewer: ViewerName, roundId: string): Promise<Person> {
  const browser = await chromium.launch({
    ...CHROMIUM,
    args: [
      ...CHROMIUM.args,
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${media('answer_team.wav')}`,
      `--use-file-for-fake-video-capture=${media('candidate_cam.mjpeg')}`,
      '--allow-loopback-in-peer-connection',
    ],
  });
  browsers.push(browser);
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  let sent = 0;
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      if (typeof payload !== 'string') sent++;
    }),
  );
  await page.goto(`${dashboardUrl}/#token=${place.cast.token(viewer)}&round=${roundId}`);
  await page.getByRole('button', { name: 'Join the call' }).click({ timeout: STEP_MS });
  return { page, errors, sent: () => sent };
}

/** What is used of an HTMLVideoElement, which only the browser knows. */
interface VideoPart {
  videoWidth: number;
  currentTime: number;
  srcObject: { getTracks(): { readyState: string }[] };
}

/** Runs in the browser: the devices that an own picture comes from. */
const tracksOf = (element: unknown) => (element as VideoPart).srcObject.getTracks();

/** Resolves when that picture has a size and its time goes on. */
async function sees(page: Page, label: string): Promise<void> {
  const video = page.getByLabel(label);
  await video.waitFor({ timeout: STEP_MS });
  const look = () =>
    video.evaluate((element) => {
      const { videoWidth, currentTime } = element as unknown as VideoPart;
      return { videoWidth, currentTime };
    });
  const first = await until(
    `${label} shows something`,
    async () => {
      const now = await look();
      return now.videoWidth > 0 && now.currentTime > 0 ? now : undefined;
    },
    STEP_MS,
  );
  await until(`${label} moves`, async () => ((await look()).currentTime > first.currentTime ? true : undefined));
}

/** The own picture's time is the clock: resolves when it went on by so much. */
async function mediaTimePasses(page: Page, seconds: number): Promise<void> {
  const own = page.getByLabel('Your own picture');
  const time = () => own.evaluate((element) => (element as unknown as VideoPart).currentTime);
  const from = await time();
  await until('time passes', async () => ((await time()) > from + seconds ? true : undefined), STEP_MS);
}

const picture = process.env['SCREENSHOTS'];
async function shoot(page: Page, name: string): Promise<void> {
  if (picture) await page.screenshot({ path: `${picture}/${name}.png` });
}

describe('a call', () => {
  it(
    'connects both people directly, and measures the candidate only while the candidate agrees',
    async () => {
      const id = await roundIn('SCHEDULED', place);
      const interviewer = await openRound('assigned interviewer', id);
      const candidate = await openRound('assigned candidate', id);
      await Promise.all([
        sees(interviewer.page, 'Picture of the candidate'),
        sees(candidate.page, 'Picture of the interviewer'),
      ]);
      await candidate.page.getByText('No copy leaves this page').waitFor({ timeout: STEP_MS });
      expect(candidate.sent()).toBe(0);
      await shoot(candidate.page, 'candidate-before');

      await candidate.page.getByRole('button', { name: 'I agree to the analysis' }).click();
      await candidate.page.getByText('Sound and picture are being analysed').waitFor({ timeout: STEP_MS });
      await interviewer.page.getByLabel('Question').fill('Which team did you work in last?');
      await interviewer.page.getByRole('button', { name: 'Asked now' }).click();
      await interviewer.page.getByText('Marked: Which team').waitFor({ timeout: STEP_MS });
      // What the fake microphone says is written down, and the fake camera's face is found.
      const log = interviewer.page.getByRole('log');
      await log.getByText('Candidate', { exact: true }).first().waitFor({ timeout: STEP_MS });
      await log.getByText('the face was turned to the screen').first().waitFor({ timeout: STEP_MS });
      await shoot(interviewer.page, 'interviewer-call');
      await shoot(candidate.page, 'candidate-call');

      await candidate.page.getByRole('button', { name: 'Stop the analysis' }).click();
      await candidate.page.getByText('No copy leaves this page').waitFor({ timeout: STEP_MS });
      await interviewer.page.getByText('consent withdrawn: nothing is analysed').waitFor({ timeout: STEP_MS });

      const sent = candidate.sent();
      expect(sent).toBeGreaterThan(0);
      await mediaTimePasses(candidate.page, 3);
      expect(candidate.sent()).toBe(sent);
      await sees(interviewer.page, 'Picture of the candidate');

      const devices = await candidate.page.getByLabel('Your own picture').evaluateHandle(tracksOf);
      await interviewer.page.getByRole('button', { name: 'End the round' }).click();
      await interviewer.page.getByRole('button', { name: 'End it' }).click();
      await candidate.page.getByText('This round is over').waitFor({ timeout: STEP_MS });
      const states = () => devices.evaluate((tracks) => tracks.map(({ readyState }) => readyState));
      await until('camera and microphone are off', async () =>
        (await states()).every((state) => state === 'ended') ? true : undefined,
      );
      expect(await states()).toHaveLength(2);

      expect(candidate.errors).toEqual([]);
      expect(interviewer.errors).toEqual([]);
    },
    LIMIT_MS,
  );
});
