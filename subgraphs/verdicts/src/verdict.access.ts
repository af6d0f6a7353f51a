/** Who may see what of a verdict. Who may see and submit one at all is the kit's EVALUATORS. */
import type { Viewer } from '@interview/runtime/viewer';
import type { Verdict } from './verdict.entity.js';

/** HR and ADMIN of the verdict's company; null for everyone else, whoever wrote them. */
export function privateNotesFor(viewer: Viewer, verdict: Verdict): string | null {
  const staff = viewer.role === 'HR' || viewer.role === 'ADMIN';
  return staff && viewer.companyId === verdict.companyId ? verdict.privateNotes : null;
}
