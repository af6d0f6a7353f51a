'use client';
/** The candidate's resume: the facts that were read from it, each with the words it rests on, and the file itself. */
import { RoundResumeDocument, type RoundResumeQuery } from '@interview/sdk/operations';
import { useEffect, useState } from 'react';
import { useSession } from '../session/session';
import { readFile, saveAs } from './download';
import styles from './resume-panel.module.css';
import { periodOf, yearsOf } from './wording';

type Resume = NonNullable<NonNullable<RoundResumeQuery['round']>['resume']>;
type Facts = NonNullable<Resume['keyFacts']>;

/** While a resume is being read it is looked at again after so long. */
const LOOK_AGAIN_MS = 3000;

export function ResumePanel({ roundId }: { roundId: string }) {
  const { client, gateway, token } = useSession();
  /** Null: there is none. Undefined: not known yet. */
  const [resume, setResume] = useState<Resume | null>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      const { round } = await client.query(RoundResumeDocument, { id: roundId }, { signal: left.signal });
      const found = round?.resume ?? null;
      setResume(found);
      if (found && !found.keyFacts && !found.parseError) timer = setTimeout(attempt, LOOK_AGAIN_MS);
    };
    const attempt = () => {
      read().catch((error: Error) => {
        if (!left.signal.aborted) setProblem(error.message);
      });
    };
    attempt();
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [client, roundId]);

  const download = async ({ fileUrl, fileName }: Resume) => {
    try {
      saveAs(fileName, await readFile((address, options) => fetch(address, options), gateway, fileUrl, token));
      setProblem(undefined);
    } catch (error) {
      setProblem((error as Error).message); // of `readFile`, or the network's
    }
  };

  return (
    <section className={styles['panel']} aria-labelledby="resume">
      <h2 id="resume">Resume</h2>
      {problem && (
        <p role="alert" className={styles['problem']}>
          {problem}
        </p>
      )}
      {resume === null && <p className={styles['quiet']}>There is no resume for this round.</p>}
      {resume && (
        <>
          <button type="button" onClick={() => void download(resume)}>
            Download {resume.fileName}
          </button>
          {resume.parseError && <p className={styles['quiet']}>{resume.parseError}</p>}
          {resume.keyFacts && <KeyFacts facts={resume.keyFacts} />}
          {!resume.keyFacts && !resume.parseError && <p className={styles['quiet']}>It is being read…</p>}
        </>
      )}
    </section>
  );
}

function KeyFacts({ facts }: { facts: Facts }) {
  return (
    <>
      {facts.totalYearsExperience !== null && (
        <p>{yearsOf(facts.totalYearsExperience)} of experience, as dated there</p>
      )}
      <h3>Positions</h3>
      <ul>
        {facts.positions.map((position) => (
          <li key={position.quote}>
            <strong>{[position.title, position.employer].filter((part) => part).join(', ')}</strong>{' '}
            {periodOf(position.start, position.end)}
            <q>{position.quote}</q>
          </li>
        ))}
      </ul>
      <h3>Skills</h3>
      <ul>
        {facts.skills.map((skill) => (
          <li key={skill.name}>
            <strong>{skill.name}</strong> {skill.years !== null && yearsOf(skill.years)}
            <q>{skill.quote}</q>
          </li>
        ))}
      </ul>
    </>
  );
}
