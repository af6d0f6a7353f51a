/** The product's `fraud` over a sequence's entries, with its own thresholds or with others that are tried. */
import { createFraudAnalyser } from '@interview/fraud/fraud.analyser';
import { FRAUD_THRESHOLDS, type FraudThresholds } from '@interview/fraud/thresholds';
import type { Finding, StreamEntry } from '@interview/ml-kit/analyser';
import { roundOf } from './rounds.js';

interface FraudOptions {
  thresholds?: FraudThresholds | undefined;
  /** Epoch ms; without it the round is gone when its entries are, and nobody says when that was. */
  endedAtMs?: number;
}

export async function fraudFindings(
  entries: readonly StreamEntry[],
  { thresholds = FRAUD_THRESHOLDS, endedAtMs }: FraudOptions = {},
): Promise<Finding[]> {
  const analysis = await createFraudAnalyser(thresholds).open(roundOf(), null);
  const findings: Finding[] = [];
  for (const entry of entries) findings.push(...(await analysis.handle(entry)));
  if (endedAtMs !== undefined) analysis.roundChanged?.(roundOf({ status: 'COMPLETED', version: 2, endedAtMs }));
  findings.push(...((await analysis.finish?.()) ?? []));
  return findings;
}
