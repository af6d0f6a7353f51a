'use client';
/** Creates a round, as HR and ADMIN may. The same round again is no second one: its page opens. */
import type { InterviewError } from '@interview/sdk/client';
import { CreateRoundDocument } from '@interview/sdk/operations';
import { useRouter } from 'next/navigation';
import { type FormEvent, type HTMLInputTypeAttribute, useState } from 'react';
import { Field } from '../form/field';
import { problemOf, problemOutside } from '../form/field-problems';
import form from '../form/form.module.css';
import { useFocusInvalid } from '../form/use-focus-invalid';
import { useSession } from '../session/session';
import styles from './new-round.module.css';
import { EMPTY_ROUND, MODES, ROUND_FIELDS, ROUND_TYPES, type RoundDraft, roundInputOf } from './round-draft';

const TEXTS: readonly [keyof RoundDraft, label: string, hint: string | undefined][] = [
  ['externalInterviewId', 'Interview', 'Its id in your own system.'],
  ['externalJobRoleId', 'Job role', 'Its id there.'],
  ['externalCandidateId', 'Candidate', 'Whose token names this id as its subject.'],
  ['externalInterviewerId', 'Interviewer', 'The same; may be left empty.'],
];
const FIGURES: readonly [keyof RoundDraft, label: string, type: HTMLInputTypeAttribute][] = [
  ['roundNumber', 'Round number', 'number'],
  ['scheduledAt', 'Scheduled at', 'datetime-local'],
  ['scheduledDurationMinutes', 'Minutes', 'number'],
];
const CHOICES: readonly [keyof RoundDraft, label: string, names: Readonly<Record<string, string>>][] = [
  ['roundType', 'Kind', ROUND_TYPES],
  ['interviewMode', 'Mode', MODES],
];

export function NewRound() {
  const { client } = useSession();
  const router = useRouter();
  const [draft, setDraft] = useState(EMPTY_ROUND);
  const [error, setError] = useState<InterviewError>();
  const [busy, setBusy] = useState(false);
  const box = useFocusInvalid(error);
  const set = (field: keyof RoundDraft, value: string) => setDraft({ ...draft, [field]: value });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { createRound } = await client.mutate(CreateRoundDocument, { input: roundInputOf(draft) });
      router.push(`/rounds/${encodeURIComponent(createRound.id)}`);
    } catch (refusal) {
      setError(refusal as InterviewError); // all that the client throws
      setBusy(false);
    }
  };

  const input = (field: keyof RoundDraft, label: string, type: HTMLInputTypeAttribute, hint?: string) => (
    <Field key={field} label={label} {...(hint && { hint })} problem={problemOf(error, field)}>
      {(ties) => (
        <input {...ties} type={type} value={draft[field]} onChange={({ target }) => set(field, target.value)} />
      )}
    </Field>
  );
  const outside = problemOutside(error, ROUND_FIELDS);
  return (
    <div className={styles['page']}>
      <h1>New round</h1>
      <form ref={box} className={form['form']} noValidate onSubmit={(event) => void submit(event)}>
        <div className={form['pair']}>{TEXTS.map(([field, label, hint]) => input(field, label, 'text', hint))}</div>
        <div className={form['pair']}>
          {CHOICES.map(([field, label, names]) => (
            <Field key={field} label={label} problem={problemOf(error, field)}>
              {(ties) => (
                <select {...ties} value={draft[field]} onChange={({ target }) => set(field, target.value)}>
                  {Object.entries(names).map(([value, name]) => (
                    <option key={value} value={value}>
                      {name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          ))}
        </div>
        <div className={form['pair']}>{FIGURES.map(([field, label, type]) => input(field, label, type))}</div>
        {outside && (
          <p role="alert" className={form['whole']}>
            {outside}
          </p>
        )}
        <button type="submit" className={form['main']} disabled={busy}>
          Create the round
        </button>
      </form>
    </div>
  );
}
