import { describe, expect, it } from '@jest/globals';
import { cleanAnswers, labelledResumes, labelledStatements, scoreStatements } from '../testing/labelled-statements.js';
import { contradictionsIn } from './contradictions.js';
import { toleranceOf } from './thresholds.js';

const { readAt, resumes } = labelledResumes();
const now = new Date(readAt);

/** What is found in segments said one after the other, against one of the labelled resumes. */
function found(resume: string, said: string | string[], confidence: number | null = 0.95) {
  const compared = resumes[resume];
  if (!compared) throw new Error(`There is no resume ${resume}.`);
  const run = [said].flat().map((text, at) => ({ id: `s${at}`, text, confidence }));
  return contradictionsIn(run, compared, now);
}
const kinds = (...of: Parameters<typeof found>) => found(...of).map(({ kind, subject }) => `${kind} ${subject}`);

describe('labelled statements', () => {
  it.each([
    ['choose', 0.95],
    ['score', 0.8],
  ] as const)('of the half %s are told with an F1 of at least %s', (half, floor) => {
    const statements = labelledStatements(half);
    const { f1, precision, recall, wrong, missed } = scoreStatements(statements);
    const figures = `${half}: ${statements.length} statements, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, F1 ${f1.toFixed(3)}`;
    console.log([figures, ...wrong.map((one) => `wrong  ${one}`), ...missed.map((one) => `missed ${one}`)].join('\n'));
    expect(statements.length).toBeGreaterThanOrEqual(60);
    expect(f1).toBeGreaterThanOrEqual(floor);
  });

  it('are half contradictions and half not, with ids of their own', () => {
    for (const half of ['choose', 'score'] as const) {
      const statements = labelledStatements(half);
      const share = statements.filter(({ expected }) => expected.length > 0).length / statements.length;
      expect(share).toBeGreaterThan(0.45);
      expect(share).toBeLessThan(0.6);
      expect(new Set(statements.map(({ id }) => id)).size).toBe(statements.length);
    }
  });

  it('are quoted word for word, on both sides', () => {
    for (const { id, resume, said, confidence } of [...labelledStatements('choose'), ...labelledStatements('score')]) {
      const compared = resumes[resume];
      if (!compared) throw new Error(`${id} names no resume.`);
      const run = said
        .filter(({ speaker }) => speaker === 'CANDIDATE')
        .map(({ text }, at) => ({ id: `${at}`, text, confidence }));
      const transcript = run.map(({ text }) => text).join(' ');
      const oneLine = compared.text.replace(/\s+/g, ' ');
      for (const contradiction of contradictionsIn(run, compared, now)) {
        expect(transcript).toContain(contradiction.said.quote);
        for (const quote of contradiction.resume.quote.split(' … ')) {
          expect(oneLine).toContain(quote.replace(/\s+/g, ' '));
        }
      }
    }
  });
});

it('nothing is told of long answers that fit the resume', () => {
  for (const { resume, segments } of cleanAnswers()) expect(kinds(resume, segments)).toEqual([]);
});

describe('a contradiction', () => {
  it('says both figures, their difference and the tolerance', () => {
    expect(found('dev-01', 'I have ten years of experience with Go.')).toEqual([
      {
        kind: 'SKILL_YEARS',
        subject: 'Go',
        said: { quote: 'ten years of experience with Go', segmentId: 's0' },
        lastSegmentId: 's0',
        resume: { quote: 'Backend engineer. 5 years of Go and PostgreSQL, 3+ years of experience with Kubernetes.' },
        severity: 'MEDIUM',
        explanation: 'Said: 10 years with Go; the resume says 5 years. Difference 5 years, tolerance 1.5 years.',
      },
    ]);
  });

  it('is above LOW only with sure words and a large gap, and never higher than MEDIUM', () => {
    const severity = (said: string, confidence: number | null) => found('dev-01', said, confidence)[0]?.severity;
    expect(severity('ten years of experience with go', 0.85)).toBe('MEDIUM');
    expect(severity('ten years of experience with go', 0.84)).toBe('LOW');
    expect(severity('ten years of experience with go', null)).toBe('LOW');
    expect(severity('seven years of experience with go', 0.99)).toBe('LOW');
    expect(severity('forty years of experience with go', 0.99)).toBe('MEDIUM');
    expect(severity('I have never used Kafka.', 0.99)).toBe('LOW');
  });

  it('spans two segments and belongs to the one in which it begins', () => {
    expect(found('dev-01', ['well', 'i worked at beta foods for', 'ten years and i liked it'])).toMatchObject([
      {
        kind: 'EMPLOYMENT_DURATION',
        said: { quote: 'beta foods for ten years', segmentId: 's1' },
        lastSegmentId: 's2',
      },
    ]);
  });

  it('is told once when the same is said again', () => {
    expect(kinds('dev-01', ['ten years of go', 'as i said ten years of go'])).toEqual(['SKILL_YEARS Go']);
    expect(kinds('dev-01', ['ten years of go.', 'twenty years of go'])).toEqual(['SKILL_YEARS Go', 'SKILL_YEARS Go']);
  });

  it('allows the tolerance and not more', () => {
    expect(toleranceOf(2)).toBe(1);
    expect(toleranceOf(10)).toBe(3);
    expect(kinds('dev-01', 'I have six and a half years of Go.')).toEqual([]);
    expect(kinds('dev-01', 'I have seven years of Go.')).toEqual(['SKILL_YEARS Go']);
  });
});

describe('numbers as they are said', () => {
  it.each([
    ['a decade of go', 1],
    ['eighteen months of go', 1],
    ['five or six years of go', 0],
    ['more than two years of go', 0],
    ['less than two years of go', 1],
    ['nine plus years of go', 1],
    ['9+ years of Go', 1],
    ['three to four years of go', 0],
    ['go since two thousand nine', 1],
    ['i started using go in twenty twenty one', 0],
    ['two years of go no sorry five years of go', 0],
    ['i learned go five years ago', 0],
    ['i have used go every two years', 0],
    ['a ten year plan for go', 0],
  ])('"%s" differ from five years: %d', (said, count) => {
    expect(kinds('dev-01', said)).toHaveLength(count);
  });
});

describe('an answer to a question for years', () => {
  const answered = (asked: string, ...said: string[]) => {
    const compared = resumes['dev-01'];
    if (!compared) throw new Error('There is no resume dev-01.');
    const run = said.map((text, at) => ({ id: `s${at}`, text, confidence: 0.9 }));
    return contradictionsIn(run, compared, now, asked).map(
      ({ kind, subject, said: { quote } }) => `${kind} ${subject}: ${quote}`,
    );
  };

  it.each([
    ['How long have you used Go?', 'About ten years.', 'SKILL_YEARS Go: About ten years'],
    ['how many years of go do you have', 'well i think ten years', 'SKILL_YEARS Go: ten years'],
    ['How long were you at Beta Foods?', 'Ten years.', 'EMPLOYMENT_DURATION Beta Foods GmbH: Ten years'],
  ])('"%s" – "%s"', (asked, said, found) => {
    expect(answered(asked, said)).toEqual([found]);
  });

  it.each([
    ['How long have you used Go?', 'About five years.'],
    ['How long have you used Go?', 'Rust I have used for ten years.'],
    ['How long have you used Go?', 'My colleague has ten years.'],
    ['How long have you used Go and Kafka?', 'About ten years.'],
    ['Do you like Go?', 'In ten years I will tell you.'],
    ['What did you do with Go?', 'A service that is ten years old.'],
  ])('"%s" – "%s" is no contradiction', (asked, said) => {
    expect(answered(asked, said)).toEqual([]);
  });

  it('reaches no further than the first words', () => {
    expect(
      answered('How long have you used Go?', 'That is a good question.', 'I would have to think.', 'Ten years.'),
    ).toEqual([]);
  });
});

describe('no contradiction', () => {
  it.each([
    ['a plan', 'I will do Go for the next ten years.'],
    ['a wish', 'I would like to work with Go for ten years.'],
    ['a condition', 'If I had ten years of Go I would teach it.'],
    ['a question', 'Do you need ten years of Go?'],
    ['an unmarked question', 'do you need ten years of go'],
    ['another person', 'My colleague has ten years of Go.'],
    ['a team', 'We have used Go for ten years.'],
    ['a company', 'The company has used Go for ten years.'],
    ['a common word', 'i go for ten years to the same place'],
    ['a denial of a place', 'I have never used Kafka at Acme Logistics.'],
    ['a denial of a time', 'I have never used Kafka since 2020.'],
    ['a denial of an amount', 'I have not used Kafka much.'],
    ['a customer', 'We sold it to Google and to Amazon.'],
    ['a conference', 'I was at a conference of Google.'],
    ['a visit', 'I was at Kubecon in Amsterdam two years ago.'],
    ['a person', 'I worked for Mister Miller.'],
    ['a feast', 'I also worked at Christmas.'],
    ['a denial of then', 'I had never used Terraform when I started.'],
    ['an employer misheard', 'i worked at acmi logistics for two years'],
    ['a skill without stated years', 'I have nine years of Java.'],
    ['a longer time than a part', 'I led a project at Acme Logistics for one year.'],
  ])('is %s', (_, said) => {
    expect(kinds('dev-01', said)).toEqual([]);
  });

  it('is found without a resume’s facts', () => {
    const empty = { facts: { skills: [], positions: [], totalYearsExperience: null }, text: '' };
    const run = [{ id: 's', text: 'I worked at Google for ten years and have ten years of Go.', confidence: 1 }];
    expect(contradictionsIn(run, empty, now)).toEqual([]);
  });
});
