/** Runs the nlp service. Settings beside the worker's own: RESUMES_URL or RESUMES_PORT. */
import { runFeedWorker } from '@interview/ml-kit/feed-worker';
import { loadSettings } from '@interview/runtime/settings';
import { createNlpAnalyser } from './nlp.analyser.js';
import { StoredResumeSource } from './stored-resume.source.js';

runFeedWorker('nlp', (log) => {
  const settings = loadSettings(['RESUMES_URL', 'RESUMES_PORT', 'INTERNAL_API_KEY']);
  const baseUrl = settings.RESUMES_URL ?? `http://127.0.0.1:${settings.RESUMES_PORT}`;
  const resumes = new StoredResumeSource(baseUrl, settings.INTERNAL_API_KEY, log);
  return createNlpAnalyser({ resumes, probes: { resumes: () => resumes.probe() } });
});
