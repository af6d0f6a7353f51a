/**
 * Recommendations by rules: counts, thresholds and quotes. The same insights always give the same sentences. A sentence
 * says what was measured, never that something was so: a detector errs, and a person decides.
 *
 * | sentence            | rests on                                                                              |
 * | ------------------- | ------------------------------------------------------------------------------------- |
 * | answers on the point | RESPONSE_QUALITY with relevance of at least RELEVANT_SHARE                            |
 * | specifics            | RESPONSE_QUALITY with at least SPECIFICS numbers or proper names                     |
 * | answers off the point | RESPONSE_QUALITY of at least ANSWER_WORDS words, relevance of at most OFF_POINT_SHARE |
 * | alerts               | onsets of the five fraud types                                                       |
 * | contradictions       | RESUME_CONTRADICTION, quoted                                                          |
 *
 * Answers off the point, and contradictions that are LOW and that nobody confirmed, are in the summary, not among the
 * concerns: the share of a question's words ranks two answers right in 0.56–0.74 of pairs (0.5 is chance), and the wrong
 * contradictions that were found in truthful answers were all LOW (ml/nlp/README.md).
 */
import { INSIGHT_VALUES, type InsightValue } from '@interview/schema/insight-values';
import type { BasisInsight, BasisType } from './basis.js';
import type { Recommender } from './recommender.js';

export const RELEVANT_SHARE = 0.5;
export const SPECIFICS = 3;
/** As the aggregator's question "coming back to": both must mean the same by an answer off the point. */
export const OFF_POINT_SHARE = 0.2;
export const ANSWER_WORDS = 20;
/** More contradictions than these are counted, not quoted. */
const QUOTED_AT_MOST = 5;
const QUOTE_CHARACTERS = 200;

type AlertType = Exclude<BasisType, 'RESPONSE_QUALITY' | 'RESUME_CONTRADICTION'>;
type Of<T extends BasisType> = BasisInsight & { type: T; value: InsightValue<T> };

const ALERTS: Record<AlertType, string> = {
  TAB_SWITCH: 'The interview page was hidden',
  MULTIPLE_FACES: 'More than one face was detected in the picture',
  // After a takeover the comparison begins anew: not always the face at the round's start.
  FACE_SWITCH: 'The face’s distance from the one that the comparison began with was above the threshold',
  FACE_ABSENT: 'No face was detected in the picture',
  BACKGROUND_VOICE: 'Speech differed from the candidate’s own voice by at least the threshold',
};
const ALERT_TYPES = Object.keys(ALERTS) as AlertType[];

export const rulesRecommender: Recommender = {
  name: 'verdicts/rules-3',
  async recommend(basis) {
    const answers = ofType(basis, 'RESPONSE_QUALITY');
    const contradictions = ofType(basis, 'RESUME_CONTRADICTION');
    const [weak, weighty] = [contradictions.filter(isWeak), contradictions.filter((found) => !isWeak(found))];
    const onsets = ALERT_TYPES.map((type) => ({ type, raised: ofType(basis, type).filter(isOnset) }));
    const used: BasisInsight[] = [...answers, ...contradictions, ...onsets.flatMap(({ raised }) => raised)];
    if (used.length === 0) return null;
    const alerts = onsets.reduce((sum, { raised }) => sum + raised.length, 0);
    return {
      summary: [
        restingOn(used, [
          [answers.length, 'measured answer', 'measured answers'],
          [alerts, 'alert', 'alerts'],
          [contradictions.length, 'difference from the resume', 'differences from the resume'],
        ]),
        ...offThePoint(answers),
        ...unconfirmed(weak),
        'How the candidate speaks, pauses and looks does not count. A person decides.',
      ].join(' '),
      strengths: [...onThePoint(answers), ...specific(answers)],
      concerns: [...contradicting(weighty), ...onsets.flatMap(({ type, raised }) => alertSentence(type, raised))],
      insightIds: used.map(({ id }) => id).sort(),
    };
  },
};

function ofType<T extends BasisType>(basis: readonly BasisInsight[], type: T): Of<T>[] {
  return basis.flatMap((insight) => {
    if (insight.type !== type) return [];
    // What the contract refuses says nothing; it was checked when it was stored.
    const value = INSIGHT_VALUES[type].safeParse(insight.value);
    // The two belong together: the value was parsed with the definition of this type.
    return value.success ? [{ ...insight, type, value: value.data } as Of<T>] : [];
  });
}

const isOnset = ({ type, value }: Of<AlertType>) =>
  type === 'FACE_SWITCH' || ('phase' in value && value.phase === 'START');

function restingOn(used: readonly BasisInsight[], parts: readonly [number, string, string][]): string {
  const counted = parts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`);
  const confirmed = used.filter(({ disposition }) => disposition === 'CONFIRMED').length;
  const reviewed =
    confirmed === 0 ? 'Nobody has reviewed them.' : `A person confirmed ${confirmed} of these ${used.length}.`;
  return `This rests on ${list(counted)}. ${reviewed}`;
}

const relevanceOf = ({ value }: Of<'RESPONSE_QUALITY'>) => value.relevance ?? null;
const withQuestion = (answers: readonly Of<'RESPONSE_QUALITY'>[]) =>
  answers.filter((answer) => relevanceOf(answer) !== null);

function onThePoint(answers: readonly Of<'RESPONSE_QUALITY'>[]): string[] {
  const asked = withQuestion(answers);
  const count = asked.filter((answer) => (relevanceOf(answer) ?? 0) >= RELEVANT_SHARE).length;
  if (count === 0) return [];
  return [
    `${ofAll(count, asked.length)} to a marked question took up at least ${percent(RELEVANT_SHARE)} of its content words.`,
  ];
}

function specific(answers: readonly Of<'RESPONSE_QUALITY'>[]): string[] {
  const rich = answers.filter(({ value }) => value.specifics >= SPECIFICS);
  if (rich.length === 0) return [];
  return [`${ofAll(rich.length, answers.length)} named at least ${SPECIFICS} numbers or proper names.`];
}

function offThePoint(answers: readonly Of<'RESPONSE_QUALITY'>[]): string[] {
  const long = withQuestion(answers).filter(({ value }) => value.words >= ANSWER_WORDS);
  const count = long.filter((answer) => (relevanceOf(answer) ?? 1) <= OFF_POINT_SHARE).length;
  if (count === 0) return [];
  return [
    `${ofAll(count, long.length)} of at least ${ANSWER_WORDS} words took up at most ${percent(OFF_POINT_SHARE)} of the question's content words.`,
  ];
}

const isWeak = ({ severity, disposition }: Of<'RESUME_CONTRADICTION'>) =>
  severity === 'LOW' && disposition === 'UNREVIEWED';

function unconfirmed(weak: readonly Of<'RESUME_CONTRADICTION'>[]): string[] {
  if (weak.length === 0) return [];
  const which =
    weak.length === 1 ? '1 difference from the resume is' : `${weak.length} differences from the resume are`;
  return [`${which} of low severity and not reviewed, and no concern here.`];
}

function contradicting(contradictions: readonly Of<'RESUME_CONTRADICTION'>[]): string[] {
  const quoted = contradictions
    .slice(0, QUOTED_AT_MOST)
    .map(({ value: { said, resume } }) => `Said: “${cut(said.quote)}”; in the resume: “${cut(resume.quote)}”.`);
  const more = contradictions.length - quoted.length;
  return more > 0 ? [...quoted, `${more} more of what was said differs from the resume.`] : quoted;
}

function alertSentence(type: AlertType, raised: readonly Of<AlertType>[]): string[] {
  const [first] = raised;
  if (!first) return [];
  const confirmed = raised.filter(({ disposition }) => disposition === 'CONFIRMED').length;
  const times = raised.length === 1 ? 'once' : `${raised.length} times`;
  const when = `${raised.length === 1 ? 'at' : 'first at'} ${clock(first.timestampMs)}`;
  const judged = confirmed === 0 ? 'not reviewed' : `${confirmed} confirmed by a person`;
  return [`${ALERTS[type]} ${times}, ${when} (${judged}).`];
}

const ofAll = (count: number, all: number) => `${count} of ${all} ${all === 1 ? 'answer' : 'answers'}`;
const percent = (share: number) => `${Math.round(share * 100)} %`;
const list = (parts: readonly string[]) => new Intl.ListFormat('en').format(parts);
const cut = (quote: string) =>
  [...quote].length > QUOTE_CHARACTERS ? `${[...quote].slice(0, QUOTE_CHARACTERS).join('')}…` : quote;

/** Minutes and seconds from the round's start. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
