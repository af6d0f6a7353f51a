/**
 * Runs the nlp service. Settings beside the worker's own: RESUMES_URL or RESUMES_PORT; LLM_BASE_URL, LLM_MODEL, LLM_API_KEY
 * and LLM_TIMEOUT_MS where a language model is to look for contradictions too.
 */
import { runFeedWorker } from '@interview/ml-kit/feed-worker';
import type { Logger } from '@interview/runtime/log';
import { loadSettings, SettingsError } from '@interview/runtime/settings';
import { OpenAiCompatibleModel } from './model/openai-compatible.model.js';
import { createNlpAnalyser } from './nlp.analyser.js';
import { StoredResumeSource } from './stored-resume.source.js';

runFeedWorker('nlp', (log) => {
  const settings = loadSettings(['RESUMES_URL', 'RESUMES_PORT', 'INTERNAL_API_KEY']);
  const baseUrl = settings.RESUMES_URL ?? `http://127.0.0.1:${settings.RESUMES_PORT}`;
  const resumes = new StoredResumeSource(baseUrl, settings.INTERNAL_API_KEY, log);
  const model = configuredModel(log);
  return createNlpAnalyser({
    resumes,
    ...(model ? { model } : {}),
    probes: { resumes: () => resumes.probe(), ...(model ? { languageModel: () => model.probe() } : {}) },
  });
});

/** @throws SettingsError for an endpoint without the name of a model. */
function configuredModel(log: Logger): OpenAiCompatibleModel | null {
  const { LLM_BASE_URL, LLM_API_KEY, LLM_MODEL, LLM_TIMEOUT_MS } = loadSettings([
    'LLM_BASE_URL',
    'LLM_API_KEY',
    'LLM_MODEL',
    'LLM_TIMEOUT_MS',
  ]);
  if (LLM_BASE_URL === undefined) return null;
  if (LLM_MODEL === undefined) throw new SettingsError('Wrong settings: LLM_MODEL is required with LLM_BASE_URL.');
  log.warn(
    { host: new URL(LLM_BASE_URL).host, model: LLM_MODEL },
    'what candidates say, and their resumes, are sent to a language model',
  );
  return new OpenAiCompatibleModel({
    baseUrl: LLM_BASE_URL,
    apiKey: LLM_API_KEY,
    model: LLM_MODEL,
    timeoutMs: LLM_TIMEOUT_MS,
    log,
  });
}
