import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { z } from 'zod';
import { shareTakenUp } from './response-quality.js';

const Answers = z.object({ answers: z.array(z.object({ id: z.string(), question: z.string(), answer: z.string() })) });
const file = new URL('../fixtures/labelled-answers.json', import.meta.url);
const { answers } = Answers.parse(JSON.parse(readFileSync(file, 'utf8')));

/** How often an answer takes up more of its own question than another question's answer does; ties count half. */
it('tells answers in other words from answers to something else in few cases only, as README.md says', () => {
  let right = 0;
  let pairs = 0;
  for (const own of answers) {
    const on = shareTakenUp(own.question, own.answer) ?? 0;
    for (const other of answers.filter(({ id }) => id !== own.id)) {
      const off = shareTakenUp(own.question, other.answer) ?? 0;
      right += on > off ? 1 : on === off ? 0.5 : 0;
      pairs += 1;
    }
  }
  console.log(
    `relevance: ${answers.length} answers in other words than their questions, AUC ${(right / pairs).toFixed(2)}`,
  );
  expect(right / pairs).toBeGreaterThan(0.6);
});
