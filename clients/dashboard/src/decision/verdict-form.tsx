'use client';
/** The verdict, which a person writes and nothing is filled in for. */
import { type InterviewError } from '@interview/sdk/client';
import { SubmitVerdictDocument, type VerdictDetailFragment } from '@interview/sdk/operations';
import { type FormEvent, useState } from 'react';
import { Field } from '../form/field';
import { problemOf, problemOutside } from '../form/field-problems';
import form from '../form/form.module.css';
import { useFocusInvalid } from '../form/use-focus-invalid';
import { useSession } from '../session/session';
import styles from './decision.module.css';
import {
  DECISIONS,
  EMPTY_DRAFT,
  inputOf,
  SCORES,
  type ScoreField,
  VERDICT_FIELDS,
  type VerdictDraft,
} from './verdict-draft';

interface VerdictFormProps {
  roundId: string;
  onSubmitted(verdict: VerdictDetailFragment): void;
}

const LONG_FIELDS = [
  ['strengths', 'Strengths', 'One to a line.'],
  ['weaknesses', 'Weaknesses', 'One to a line.'],
  ['notes', 'Notes', undefined],
  ['privateNotes', 'Private notes', 'Only HR and administrators read these.'],
] as const;

export function VerdictForm({ roundId, onSubmitted }: VerdictFormProps) {
  const { client } = useSession();
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [error, setError] = useState<InterviewError>();
  const [busy, setBusy] = useState(false);
  /** The draft that was submitted without what every verdict needs. */
  const [unfinished, setUnfinished] = useState<VerdictDraft>();
  const box = useFocusInvalid(unfinished ?? error);
  const set = (part: Partial<VerdictDraft>) => setDraft({ ...draft, ...part });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = inputOf(roundId, draft);
    setUnfinished(input ? undefined : draft);
    if (!input) return;
    setBusy(true);
    try {
      const { submitVerdict } = await client.mutate(SubmitVerdictDocument, { input });
      onSubmitted(submitVerdict);
    } catch (refusal) {
      setError(refusal as InterviewError); // all that the client throws
    } finally {
      setBusy(false);
    }
  };

  const missing = (isMissing: boolean) => (unfinished && isMissing ? 'A verdict needs this.' : undefined);
  const outside = problemOutside(error, VERDICT_FIELDS);
  return (
    <section className={styles['panel']} aria-labelledby="verdict">
      <h2 id="verdict">Your verdict</h2>
      <form ref={box} className={form['form']} noValidate onSubmit={(event) => void submit(event)}>
        <Field label="Decision" problem={problemOf(error, 'decision') ?? missing(draft.decision === '')}>
          {(ties) => (
            <select
              {...ties}
              value={draft.decision}
              onChange={({ target }) => set({ decision: target.value as VerdictDraft['decision'] })} // of the options
            >
              <option value="">Choose…</option>
              {Object.entries(DECISIONS).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div className={form['pair']}>
          {(Object.keys(SCORES) as ScoreField[]).map((field) => (
            <Field
              key={field}
              label={`${SCORES[field]}, 1–10`}
              problem={problemOf(error, field) ?? missing(field === 'overallScore' && draft[field] === '')}
            >
              {(ties) => (
                <input
                  {...ties}
                  type="number"
                  min={1}
                  max={10}
                  value={draft[field]}
                  onChange={({ target }) => set({ [field]: target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        {LONG_FIELDS.map(([field, label, hint]) => (
          <Field key={field} label={label} {...(hint && { hint })} problem={problemOf(error, field)}>
            {(ties) => (
              <textarea {...ties} value={draft[field]} onChange={({ target }) => set({ [field]: target.value })} />
            )}
          </Field>
        ))}
        {outside && (
          <p role="alert" className={form['whole']}>
            {outside}
          </p>
        )}
        <button type="submit" className={form['main']} disabled={busy}>
          Submit the verdict
        </button>
      </form>
    </section>
  );
}
