/** RESUME_CONTRADICTION on the labelled statements of ml/nlp/fixtures: what may be said against a resume. */
import { contradictionsIn } from '@interview/nlp/contradictions/contradictions';
import {
  type LabelledStatement,
  labelledResumes,
  labelledStatements,
} from '@interview/nlp/testing/labelled-statements';
import { type Floor, HALVES, type Part } from '../part.js';
import { f1Floor, shareText } from '../score-rows.js';
import { type Counts, scoresOf } from '../scoring/scores.js';

/** The floor asks for so many statements at least. */
const LEAST_STATEMENTS = 60;
const LEAST_F1 = 0.8;

export const contradictions: Part = {
  name: 'contradictions',
  summary: 'RESUME_CONTRADICTION on labelled statements',
  alwaysMeasured: true,
  async run() {
    const { readAt, resumes } = labelledResumes();
    const now = new Date(readAt);
    const judged = HALVES.flatMap(labelledStatements).map((statement) => {
      const resume = resumes[statement.resume];
      if (!resume) throw new Error(`${statement.id} names no resume`);
      return {
        statement,
        counts: judge(statement, contradictionsIn(runOf(statement), resume, now, askedOf(statement))),
      };
    });
    const of = (wanted: (statement: LabelledStatement) => boolean) =>
      judged.filter(({ statement }) => wanted(statement));
    const row = (name: string, these: typeof judged) => {
      const scores = scoresOf(these.map(({ counts }) => counts));
      return {
        name,
        cells: {
          statements: String(these.length),
          contradictions: String(scores.hits + scores.missed),
          found: String(scores.hits),
          'false alarms': String(scores.falseAlarms),
          precision: shareText(scores.precision),
          recall: shareText(scores.recall),
          F1: shareText(scores.f1),
        },
      };
    };
    const scored = of(({ half }) => half === 'score');
    const scores = scoresOf(scored.map(({ counts }) => counts));
    const written = [...new Set(judged.map(({ statement }) => statement.written))];
    const kinds = [
      ...new Set(judged.flatMap(({ statement }) => statement.expected.map(({ kind }) => kind))),
    ].toSorted();
    const { floor, notes: floorNotes } = statementFloor(
      scored.map(({ statement, counts }) => ({ fresh: statement.written === 'fresh', counts })),
    );
    const failed = scored.filter(({ counts }) => counts.falseAlarms + counts.missed > 0);
    return {
      set: [
        `${judged.length} statements against ${Object.keys(resumes).length} resumes, all of them written for this.`,
      ],
      floors: [floor],
      tables: [
        {
          title: 'By half, and by when a statement was written',
          rows: [
            row(
              'chosen on',
              of(({ half }) => half === 'choose'),
            ),
            row('scored', scored),
            ...written.map((when) =>
              row(
                `written ${when}`,
                of((statement) => statement.written === when),
              ),
            ),
          ],
        },
        {
          title: 'Scored half by kind (statements that hold such a contradiction)',
          rows: kinds.map((kind) =>
            row(
              kind,
              scored.filter(({ statement }) => statement.expected.some((one) => one.kind === kind)),
            ),
          ),
        },
      ],
      notes: [
        'Statements written `before` and `after` the rules have also been used to repair them; of the scored half only the `fresh` ones never were.',
        ...floorNotes,
        'Onset delay is the time of the words themselves: a claim is judged when the next segment is known or the answer is over.',
        `Scored statements with an error: ${failed.map(({ statement }) => statement.id).join(', ') || 'none'}.`,
      ],
      figures: { f1: scores.f1?.value ?? null, statements: scored.length },
    };
  },
};

/**
 * The floor stands on the statements that no rule was changed for, as soon as there are enough of them; until then on the
 * whole scored half, which says less.
 */
export function statementFloor(scored: readonly { fresh: boolean; counts: Counts }[]): {
  floor: Floor;
  notes: string[];
} {
  const fresh = scored.filter((one) => one.fresh);
  const enough = fresh.length >= LEAST_STATEMENTS;
  const judged = enough ? fresh : scored;
  const name = enough ? 'contradictions, fresh statements' : 'contradictions, whole scored half';
  const floor = f1Floor(name, LEAST_F1, scoresOf(judged.map(({ counts }) => counts)));
  return {
    floor: {
      ...floor,
      wanted: `${floor.wanted} on ≥ ${LEAST_STATEMENTS} statements`,
      measured: `${floor.measured} on ${judged.length}`,
      state: judged.length < LEAST_STATEMENTS ? 'missed' : floor.state,
    },
    notes: enough
      ? []
      : [
          `There are ${fresh.length} fresh statements, fewer than ${LEAST_STATEMENTS}: the floor stands on the whole scored half, most of which the rules were repaired by.`,
        ],
  };
}

/** What was asked, as the product knows it. */
const askedOf = ({ said }: LabelledStatement) =>
  said.flatMap(({ speaker, text }) => (speaker === 'INTERVIEWER' ? [text] : [])).join(' ');

const runOf = ({ said, confidence }: LabelledStatement) =>
  said.flatMap(({ speaker, text }, at) => (speaker === 'CANDIDATE' ? [{ id: `${at}`, text, confidence }] : []));

/** A finding is right when its kind and its subject are. */
function judge({ expected }: LabelledStatement, found: ReturnType<typeof contradictionsIn>): Counts {
  const open = [...expected];
  let falseAlarms = 0;
  for (const { kind, subject } of found) {
    const at = open.findIndex((one) => one.kind === kind && nameOf(one.subject) === nameOf(subject));
    if (at < 0) falseAlarms += 1;
    else open.splice(at, 1);
  }
  return { hits: expected.length - open.length, falseAlarms, missed: open.length };
}

const nameOf = (subject: string | null | undefined) => (subject ?? '').toLowerCase();
