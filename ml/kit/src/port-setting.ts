/** The setting that holds a service's port. */
import type { AnalyserService } from '@interview/schema/enums';

const PORTS = {
  speech: 'SPEECH_PORT',
  video: 'VIDEO_PORT',
  fraud: 'FRAUD_PORT',
  nlp: 'NLP_PORT',
  aggregator: 'AGGREGATOR_PORT',
} as const satisfies Record<AnalyserService, string>;

export function portSetting(service: AnalyserService): (typeof PORTS)[AnalyserService] {
  return PORTS[service];
}
