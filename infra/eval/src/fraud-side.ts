/** The product's `fraud` over a sequence's entries, with its own thresholds or with others that are tried. */
import { createFraudAnalyser } from '@interview/fraud/fraud.analyser';
import { FRAUD_THRESHOLDS, type FraudThresholds } from '@interview/fraud/thresholds';
import type { Finding, StreamEntry } from '@interview/ml-kit/analyser';
import { roundOf } from './rounds.js';

export async function fraudFindings(
  entries: readonly StreamEntry[],
  thresholds: FraudThresholds = FRAUD_THRESHOLDS,
): Promise<Finding[]> {
  const analysis = await createFraudAnalyser(thresholds).open(roundOf(), null);
  const findings: Finding[] = [];
  for (const entry of entries) findings.push(...(await analysis.handle(entry)));
  findings.push(...((await analysis.finish?.()) ?? []));
  return findings;
}
