/**
 * What is kept of a language model's proposals: those whose words stand in the answer and in the resume, one after the
 * other as it says. The quotes are then cut from the transcript and the resume themselves, and the explanation is ours: of
 * the model's own text nothing goes on but the kind.
 */
import type { Contradiction } from '../contradictions/contradictions.js';
import { quoteOf, type SaidSegment, type Token, tokensOf } from '../contradictions/tokens.js';
import type { Proposal } from './statement-model.js';

/** Fewer words say nothing. */
const QUOTE_WORDS_AT_LEAST = 2;
const QUOTE_WORDS_AT_MOST = 60;

export function checkedProposals(
  proposals: readonly Proposal[],
  answer: readonly SaidSegment[],
  resume: string,
  model: string,
): Contradiction[] {
  const saidTokens = tokensOf(answer);
  const resumeSegments = [{ id: 'resume', text: resume, confidence: null }];
  const resumeTokens = tokensOf(resumeSegments);
  const checked = proposals.flatMap((proposal): Contradiction[] => {
    const [said, written] = [placeOf(proposal.said, saidTokens), placeOf(proposal.resume, resumeTokens)];
    const [begins, ends] = said ? [answer[said.first.segment], answer[said.last.segment]] : [];
    // A claim spans two segments at most, as those of the rules do.
    if (!said || !written || !begins || !ends || said.last.segment - said.first.segment > 1) return [];
    return [
      {
        kind: proposal.kind,
        subject: null,
        said: { quote: quoteOf(answer, said.first, said.last), segmentId: begins.id },
        lastSegmentId: ends.id,
        resume: { quote: quoteOf(resumeSegments, written.first, written.last) },
        severity: 'LOW',
        explanation: `Put side by side by the language model ${model}, not by a rule: both quotes were found word for word in the transcript and in the resume; no figures were compared.`,
      },
    ];
  });
  const unique = new Map(checked.map((one) => [modelKey(one), one]));
  return [...unique.values()];
}

/** One for each segment and kind: whatever words the model chooses when it is asked again, the id stays. */
export const modelKey = ({ said, kind }: Pick<Contradiction, 'said' | 'kind'>) => `model:${said.segmentId}:${kind}`;

/** Where a quote's words stand, one after the other; null where they do not. */
function placeOf(quote: string, tokens: readonly Token[]): { first: Token; last: Token } | null {
  const words = tokensOf([{ id: '', text: quote, confidence: null }]).map(({ word }) => word);
  if (words.length < QUOTE_WORDS_AT_LEAST || words.length > QUOTE_WORDS_AT_MOST) return null;
  const at = tokens.findIndex((_, start) => words.every((word, i) => tokens[start + i]?.word === word));
  const [first, last] = [tokens[at], tokens[at + words.length - 1]];
  return first && last ? { first, last } : null;
}
