import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LABELLED_AT, labelledResumes, measure } from '../testing/labelled-resumes.js';
import { readFacts } from './resume-facts.js';

const NOW = LABELLED_AT;
const read = (...lines: string[]) => readFacts(lines.join('\n'), NOW);
const positionsOf = (...lines: string[]) =>
  read('Experience', ...lines).facts.positions.map(({ title, employer, start, end }) => [title, employer, start, end]);
const skillsOf = (...lines: string[]) =>
  Object.fromEntries(read(...lines).facts.skills.map(({ name, years }) => [name, years]));

describe('labelled resumes', () => {
  const resumes = [...labelledResumes('dev'), ...labelledResumes('held'), ...labelledResumes('fresh')];

  test.each(['dev', 'held', 'fresh'] as const)('%s: read as well as docs/resume-facts.md says', (set) => {
    const tallies = measure(labelledResumes(set));
    const figures = Object.entries(tallies).map(([what, tally]) => {
      const share = (value: number) => `${(100 * value).toFixed(1)} %`;
      return `${set} ${what}: precision ${share(tally.precision)}, recall ${share(tally.recall)}, of ${tally.right + tally.missed.length}`;
    });
    console.info(figures.join('\n'));
    for (const { precision, recall, wrong, missed } of Object.values(tallies)) {
      expect({ wrong, missed, good: precision >= 0.95 && recall >= 0.95 }).toMatchObject({ good: true });
    }
  });

  test.each(resumes)('$name: every quote stands in the resume', ({ text }) => {
    const { skills, positions } = readFacts(text, NOW).facts;
    for (const { quote } of [...skills, ...positions]) expect(text.includes(quote) && quote.length > 0).toBe(true);
  });

  test.each(resumes)('$name: is read the same again', ({ text }) => {
    expect(readFacts(text, NOW)).toEqual(readFacts(text, NOW));
  });
});

describe('years of a skill', () => {
  test.each<[string, Record<string, number | null>]>([
    ['5 years of Go', { Go: 5 }],
    ['More than five years of experience with Go, Kafka and Redis', { Go: 5, 'Apache Kafka': 5, Redis: 5 }],
    ['Go (5+ years), Rust (2 yrs)', { Go: 5, Rust: 2 }],
    ['Java – 8 years', { Java: 8 }],
    ['Java: 2.5 years', { Java: 2.5 }],
    ['Java since 2018', { Java: 8.4 }],
    ['Java (2018 – 2021)', { Java: 3 }],
    ['Java (Mar 2018 – Feb 2021)', { Java: 3 }],
    ['Python (expert, 8 years)', { Python: 8 }],
    ['Java, 3 years of Python', { Java: null, Python: 3 }],
    ['3 years of Python and 2 years of Java', { Python: 3, Java: 2 }],
    ['8 years of experience in teams that use Java', { Java: null }],
    ['Java 8', { Java: null }],
  ])('%s', (line, expected) => {
    expect(skillsOf(line)).toEqual(expected);
  });

  test('come from where they are stated, and are quoted from there', () => {
    const { skills } = read('Skills', 'Go, Python', 'Summary', 'I have 5 years of Go.').facts;
    expect(skills[0]).toEqual({ name: 'Go', years: 5, quote: 'I have 5 years of Go.' });
  });
});

describe('a name of a skill', () => {
  test.each([
    'Ready to go. Go further! We go to market.',
    'Go-to-market plans, R&D, C-level, vitamin C',
    'I excel, express myself, and access data; word of mouth in spring',
    'No experience with Java, never used Python',
    'Java@example.org, https://example.org/python, react.example.com',
    'Javanese, Pythonic, Reactive',
  ])('is not found in: %s', (line) => {
    expect(skillsOf(line)).toEqual({});
  });

  test.each([
    ['C, C++, C# and .NET', ['C', 'C++', 'C#', '.NET']],
    ['React.js/Node.js', ['React', 'Node.js']],
    ['Azure DevOps, JavaScript', ['Azure DevOps', 'JavaScript']],
    ['services in Go, statistics with R', ['Go', 'Statistics', 'R']],
    ['golang, k8s, postgres', ['Go', 'Kubernetes', 'PostgreSQL']],
    ['CI/CD, TCP/IP, A/B testing', ['CI/CD', 'TCP/IP', 'A/B testing']],
  ])('is found however it is written: %s', (line, expected) => {
    expect(Object.keys(skillsOf('Skills', line))).toEqual(expected);
  });
});

describe('a position', () => {
  const expected = ['Planner', 'Acme Foods', '2019-01', '2022-03'];
  test.each<[string, string[]]>([
    ['title, employer, dates', ['Planner, Acme Foods, Jan 2019 – Mar 2022']],
    ['dates before', ['01/2019 - 03/2022: Acme Foods, Planner']],
    ['dates in brackets', ['Planner at Acme Foods (January 2019 to March 2022)']],
    ['pipes and a place', ['Planner | Acme Foods | Berlin, Germany | 2019-01 – 2022-03']],
    ['employer above', ['Acme Foods, Berlin', 'Planner  Jan. 2019 — Mar. 2022']],
    ['employer below', ['Planner\tJan 2019 – Mar 2022', 'Acme Foods']],
    ['three lines', ['Planner', 'Acme Foods', "Jan '19 – Mar '22"]],
    ['dates first, then two lines', ['Jan 2019 until Mar 2022', 'Planner', 'Acme Foods']],
    ['labels', ['Company: Acme Foods', 'Role: Planner', 'Dates: 01.2019 – 03.2022']],
    ['with the time that it took', ['Planner, Acme Foods', 'Jan 2019 – Mar 2022 (3 years 3 months)']],
    ['prose', ['I worked as a Planner at Acme Foods from January 2019 to March 2022, in Berlin.']],
    ['nothing between title and company', ['Planner Acme Foods 1 January 2019 – 31 March 2022']],
  ])('in the layout "%s"', (_layout, lines) => {
    expect(positionsOf(...lines)).toEqual([expected]);
  });

  test.each([
    ['present', 'present'],
    ['Current', 'present'],
    ['now', 'present'],
    ['to date', 'present'],
    ['2024', '2024'],
  ])('goes on until "%s"', (written, end) => {
    const to = written === 'to date' ? ' to date' : ` – ${written}`;
    expect(positionsOf(`Planner, Acme Foods, 2019${to}`)).toEqual([['Planner', 'Acme Foods', '2019', end]]);
  });

  test('of several at one employer is of that employer', () => {
    const lines = ['Acme Foods', 'Head Planner  2021 – present', 'Planner  2019 – 2021', '• planned'];
    expect(positionsOf(...lines).map(([, employer]) => employer)).toEqual(['Acme Foods', 'Acme Foods']);
  });

  test.each([
    ['education', ['Education', 'Student Assistant, Example University, 2019 – 2021']],
    ['tasks', ['Experience', '• Moved 2019–2020 reports to the new system']],
    ['sentences', ['Experience', 'We ran the 2019 – 2021 migration of the whole company to new systems.']],
    ['volunteering', ['Volunteering', 'Coach, Example Club, 2016 – 2020']],
    ['telephone numbers', ['Experience', 'Phone 555-2019-2022']],
  ])('is not found in %s', (_what, lines) => {
    expect(read(...lines).facts.positions).toEqual([]);
  });
});

describe('years in total', () => {
  test.each<[number | null, string[]]>([
    [5, ['Experience', 'Planner, Acme Foods, Jan 2015 – Dec 2019']],
    [6, ['Experience', 'Planner, Acme Foods, Jan 2015 – Dec 2019', 'Buyer, Beta Foods, Jan 2017 – Dec 2020']],
    [6, ['Experience', 'Planner, Acme Foods, 2015 – 2019', 'Buyer, Beta Foods, 2019 – 2021']],
    [8, ['Planner with 8 years of experience.']],
    [null, ['Planner']],
  ])('%p', (years, lines) => {
    expect(read(...lines).facts.totalYearsExperience).toBe(years);
  });
});

describe('dates that contradict each other', () => {
  const position = (dates: string) => `Planner, Acme Foods, ${dates}`;
  test.each([
    [position('Mar 2022 – Jan 2019'), /"Planner, Acme Foods" \(2022-03 to 2019-01\) ends before it begins/],
    [position('2022 – 2019'), /ends before it begins/],
    [position('Jan 2028 – Mar 2029'), /begins in the future/],
    [position('Jan 2020 – Dec 2029'), /ends in the future/],
  ])('%s: are named, and kept as they are written', (line, sentence) => {
    const { facts, contradictions } = read('Experience', line);
    expect(contradictions).toEqual([expect.stringMatching(sentence)]);
    expect(facts.positions).toHaveLength(1);
  });

  test.each([position('Nov 2026 – Nov 2026'), position('2026 – 2026'), position('Nov 2026 – present')])(
    '%s does not, on the day itself',
    (line) => {
      expect(read('Experience', line).contradictions).toEqual([]);
    },
  );

  test.each<[string, string, RegExp[]]>([
    ['15 years of experience', '2019 – 2022', [/"15 years of experience".*cover 3 years/]],
    ['1 year of experience', '2009 – 2022', [/cover 13 years/]],
    ['4 years of experience', '2019 – 2022', []],
    ['2 years of experience in buying', '2009 – 2022', []],
  ])('a stated total: %s with %s', (stated, dates, sentences) => {
    const { contradictions } = read(`Planner, ${stated}`, 'Experience', position(dates));
    expect(contradictions).toEqual(sentences.map((sentence) => expect.stringMatching(sentence)));
  });
});

describe('a text made to keep us busy', () => {
  test.each([
    ['a line without an end', 'Go, '.repeat(25_000)],
    ['years upon years', '5 years of experience with '.repeat(3700)],
    ['ranges', '2019 – 2020 '.repeat(8300)],
    ['blanks', ' \t'.repeat(50_000)],
    ['capitals', 'A '.repeat(50_000)],
    ['as a, as a', 'worked as a '.repeat(8300)],
    ['many lines', 'Planner, Acme Foods, 2019 – 2020\n'.repeat(3000)],
    ['names', 'Planner\n'.repeat(12_500)],
  ])('%s is read in less than two seconds', (_what, text) => {
    const started = performance.now();
    readFacts(text, NOW);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('of any characters is read without a failure, its quotes in it', () => {
    const piece = fc.constantFrom(
      'Go',
      '5 years of ',
      'Planner',
      ', ',
      ' – ',
      '2019',
      'Jan 2020',
      '\n',
      'Acme Foods',
      'Experience\n',
      '(',
      ')',
      '\t',
      '• ',
      '’',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const { skills, positions } = readFacts(text, NOW).facts;
        for (const { quote } of [...skills, ...positions]) expect(text).toContain(quote.split('\n')[0]);
      }),
    );
  });
});
