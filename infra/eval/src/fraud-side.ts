/** The product's `fraud` over a sequence's entries, with its own thresholds or with others that are tried. */

import * as product from '@interview/fraud/fraud.analyser';
import type { Analyser, Finding, StreamEntry } from '@interview/ml-kit/analyser';
import { roundOf } from './rounds.js';

export async function fraudFindings(
  entries: readonly StreamEntry[],
  analyser: Analyser = product.fraudAnalyser,
): Promise<Finding[]> {
  const analysis = await analyser.open(roundOf(), null);
  const findings: Finding[] = [];
  for (const entry of entries) findings.push(...(await analysis.handle(entry)));
  findings.push(...((await analysis.finish?.()) ?? []));
  return findings;
}
