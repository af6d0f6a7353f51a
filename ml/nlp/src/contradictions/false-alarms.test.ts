/** Sentences that fit the resume and were told once, or would be by a rule that reads less closely. */
import { describe, expect, it } from '@jest/globals';
import { labelledResumes } from '../testing/labelled-statements.js';
import { contradictionsIn } from './contradictions.js';
import { spokenDuration } from './spoken-numbers.js';

const { readAt, resumes } = labelledResumes();

function kinds(resume: string, said: string) {
  const compared = resumes[resume];
  if (!compared) throw new Error(`There is no resume ${resume}.`);
  const found = contradictionsIn([{ id: 's', text: said, confidence: 0.95 }], compared, new Date(readAt));
  return found.map(({ kind, subject }) => `${kind} ${subject}`);
}

describe('nothing is told of', () => {
  it.each([
    // The time of a whole career, or of one task, is not the time at an employer.
    ['dev-01', 'I have ten years of experience, five of them at Acme.'],
    ['dev-01', 'I have ten years of experience, most recently at Acme.'],
    ['dev-01', 'I have ten years of professional experience and work at Acme.'],
    ['dev-04', 'I worked on search at Acme Bank for two years.'],
    ['dev-04', "I've been building billing at Acme Bank for two years."],
    ['dev-04', 'I worked at Acme Bank for two years on search.'],
    ['dev-04', 'I was at Acme Bank for two years before I became a senior.'],
    ['dev-01', 'After ten years in retail I joined Acme.'],
    ['dev-01', 'I worked ten years in retail before joining Acme.'],
    ['dev-01', 'I joined Acme after almost four years at Beta Foods.'],
    // Years with months, and ranges.
    ['dev-01', 'I was at Acme for five years and three months.'],
    ['dev-04', 'I was at Acme Bank for ten years and two months.'],
    ['fresh-01', 'two years and six months of playwright'],
    ['dev-01', 'between three and five years of Go'],
    ['fresh-04', 'between three and six years of Kotlin'],
    ['fresh-04', '3-6 years of Kotlin'],
    ['fresh-04', 'five to three years of Kotlin'],
    ['dev-01', 'I have used Kubernetes for a year or two, or three.'],
    // Dates that belong to another place, or to none.
    ['dev-01', 'I left Beta Foods for Acme in 2020.'],
    ['dev-01', 'I graduated in 2015 and joined Acme in 2021.'],
    ['dev-01', 'I moved to Berlin in 2015 and joined Acme in 2021.'],
    ['dev-01', 'I moved to Berlin in 2015 and joined Acme.'],
    ['dev-01', 'I joined Acme in 2021 and moved to Berlin in 2024.'],
    ['dev-01', 'I joined Acme and got married in 2024.'],
    ['dev-01', 'I have lived in Berlin since 2010 and work at Acme.'],
    ['dev-01', 'In 2012 I applied to Acme.'],
    ['dev-01', 'In 2012 I wrote my first program and today I work at Acme.'],
    // Denials of a time that is past.
    ['dev-01', 'When I joined, I had never used Kafka.'],
    ['dev-01', 'Before 2020, I had not used Terraform.'],
    ['dev-01', 'Until 2019 I had never touched Terraform.'],
    ['dev-01', 'Back then I had not used Docker.'],
    ['dev-01', 'Initially I did not know Kubernetes.'],
    ['dev-01', 'When I joined, I did not know Kubernetes.'],
    ['dev-01', 'Back then, I did not use Docker.'],
    ['dev-01', 'For two years I did not use Docker.'],
    ['dev-01', 'Kafka I had never used.'],
    // Places, people and meetings.
    ['dev-01', 'I left Germany in 2015.'],
    ['dev-01', 'I left Berlin in 2019.'],
    ['dev-01', 'Then I joined Sarah on billing.'],
    ['dev-01', 'I joined Zoom a bit late.'],
    ['dev-01', 'I was at Google for an interview.'],
    // Learning, one way among others, and other subjects.
    ['dev-01', 'I spent three months learning Go.'],
    ['dev-01', 'mostly Go since 2023'],
    ['dev-01', 'I have used Go mainly for the last two years.'],
    ['dev-01', 'I have written Go professionally for two years.'],
    ['dev-01', 'I have used Go daily for two years.'],
    ['fresh-04', 'Netflix has used Kafka for ten years.'],
    ['dev-01', 'Netflix worked with Acme for ten years.'],
  ])('%s: "%s"', (resume, said) => {
    expect(kinds(resume, said)).toEqual([]);
  });
});

describe('beside them is still told', () => {
  it.each([
    ['dev-04', 'I was at Acme Bank for two years.', 'EMPLOYMENT_DURATION Acme Bank'],
    ['dev-04', 'I spent about two years at Acme Bank.', 'EMPLOYMENT_DURATION Acme Bank'],
    ['dev-04', 'I worked on search at Acme Bank for twenty years.', 'EMPLOYMENT_DURATION Acme Bank'],
    ['dev-01', 'I was at Beta Foods for nine years and three months.', 'EMPLOYMENT_DURATION Beta Foods GmbH'],
    ['dev-01', 'between nine and ten years of Go', 'SKILL_YEARS Go'],
    ['dev-01', '9-10 years of Go', 'SKILL_YEARS Go'],
    ['dev-01', 'a year or two of go', 'SKILL_YEARS Go'],
    ['dev-01', 'I left Beta Foods for Acme in 2017.', 'EMPLOYMENT_DATES Beta Foods GmbH'],
    ['dev-01', 'I graduated in 2015 and joined Acme in 2016.', 'EMPLOYMENT_DATES Acme Logistics'],
    ['dev-01', 'In 2012 at Acme I wrote the first service.', 'EMPLOYMENT_DATES Acme Logistics'],
    ['dev-01', 'I have never used Docker.', 'SKILL_DENIED Docker'],
    ['dev-01', 'I do not know Kubernetes.', 'SKILL_DENIED Kubernetes'],
    ['dev-01', 'I joined Google as a software engineer.', 'EMPLOYER_UNLISTED google'],
    ['dev-01', 'I was at Google for two years.', 'EMPLOYER_UNLISTED google'],
    ['dev-01', 'I have used Go daily for twelve years.', 'SKILL_YEARS Go'],
  ])('%s: "%s"', (resume, said, expected) => {
    expect(kinds(resume, said)).toEqual([expected]);
  });
});

it.each([
  ['five years and three months', 5.25, 5.25],
  ['two years six months', 2.5, 2.5],
  ['between three and five years', 3, 5],
  ['between one year and three years', 1, 3],
  ['3 5 years', 3, 5],
  ['three to five years', 3, 5],
  ['three or four years', 3, 4],
  ['a year or two', 1, 2],
  ['two years or three', 2, 3],
  ['six months to a year', 0.5, 1],
  ['a year and a half', 1.5, 1.5],
])('"%s" is %d to %d years', (said, min, max) => {
  const words = said.split(' ');
  expect(spokenDuration(words, 0)).toEqual({ value: { min, max }, length: words.length });
});
