/** A resume's lines, each with the section that it stands in. */

export type Section = 'EXPERIENCE' | 'EDUCATION' | 'SKILLS' | 'SUMMARY' | 'OTHER';

export interface ResumeLine {
  /** As it stands in the resume: a quote. */
  text: string;
  /** Without its bullet. */
  body: string;
  isBullet: boolean;
  /** An empty line, or a heading, comes before it. */
  startsBlock: boolean;
  section: Section;
}

const HEADINGS: [Section, RegExp][] = [
  [
    'EXPERIENCE',
    /^(?:(?:professional|work|working|employment|relevant|career|selected|industry|other|previous|further|additional) )*(?:experience|employment|work history|employment history|career history|history|career|positions|positions held|work|jobs)$/,
  ],
  [
    'EDUCATION',
    /^(?:(?:academic|higher|formal) )?(?:education|studies|qualifications|background|training|education and training|academic background|courses|certifications?|certificates|licen[cs]es(?: and certifications)?|certifications and licen[cs]es|education and certifications?)$/,
  ],
  [
    'SKILLS',
    /^(?:(?:technical|key|core|professional|it|computer|main|relevant|soft|hard|other|additional|digital) )*(?:skills|competenc(?:ies|es)|technologies|tools|tech stack|technology stack|stack|expertise|proficiencies|strengths|skill set|skillset|knowledge|skills and tools|tools and technologies|skills and competencies|languages and tools|areas of expertise|skills and technologies)$/,
  ],
  [
    'SUMMARY',
    /^(?:(?:professional|career|executive|personal) )?(?:summary|profile|objective|about|about me|statement|overview|introduction)$/,
  ],
  [
    'OTHER',
    /^(?:(?:personal|side|selected|key|open source|academic|research) )*(?:projects?|publications|languages|interests|hobbies|hobbies and interests|interests and hobbies|references|volunteering|volunteer work|volunteer experience|volunteer|voluntary work|community|awards|honou?rs|awards and honou?rs|achievements|patents|talks|memberships|activities|contact|personal details|personal information)$/,
  ],
];

const BULLET = /^(?:[•●▪‣◦∙·*○■□➢➤✓»o]|[-–—](?=\s))\s+/;
/** A heading is short; whatever is longer is a sentence. */
const MAX_HEADING = 45;

function headingOf(body: string): Section | null {
  if (body.length > MAX_HEADING) return null;
  const bare = body
    .toLowerCase()
    .replace(/&|\//g, ' and ')
    .replace(/[^\p{L} ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  // Letter-spaced capitals, as designers set them: "E X P E R I E N C E".
  const joined = /^(?:\p{L} )+\p{L}$/u.test(bare) ? bare.replaceAll(' ', '') : bare;
  return HEADINGS.find(([, pattern]) => pattern.test(joined))?.[0] ?? null;
}

/** Patterns look back and forth within a line: one without an end would take them long. Characters. */
const MAX_LINE = 1000;
const PIECES = new RegExp(`.{1,${MAX_LINE}}(?:\\s|$)|.{${MAX_LINE}}`, 'gu');
const inPieces = (line: string): string[] => (line.length > MAX_LINE ? (line.match(PIECES) ?? []) : [line]);

/** "Skills: Go, Java" is of that section, and what follows it is not. */
const headingBefore = (body: string) => headingOf(/^([^:]{3,40}):\s+\S/.exec(body)?.[1] ?? '');

/** Every line that is not empty and not a heading. */
export function resumeLines(text: string): ResumeLine[] {
  const lines: ResumeLine[] = [];
  let section: Section = 'SUMMARY';
  let startsBlock = true;
  for (const line of text.split('\n').flatMap(inPieces)) {
    const whole = line.trim();
    const body = whole.replace(BULLET, '');
    const heading = headingOf(body);
    if (heading) section = heading;
    if (heading || !body) {
      startsBlock = true;
      continue;
    }
    const isBullet = body !== whole;
    lines.push({ text: whole, body, isBullet, startsBlock, section: headingBefore(body) ?? section });
    startsBlock = false;
  }
  return lines;
}
