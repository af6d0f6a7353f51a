'use client';
/** The two pictures of a call, and what a person can do with it: join, mute, leave. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import styles from './call-view.module.css';
import type { CallControl, OpenCall } from './use-call';

interface CallViewProps {
  control: CallControl;
  /** Who is at the other end, for a person to read. */
  otherName: string;
}

export function CallView({ control, otherName }: CallViewProps) {
  const { open } = control;
  return (
    <section className={styles['call']} aria-label="Call">
      {open ? (
        <Pictures open={open} otherName={otherName} />
      ) : (
        <p className={styles['idle']}>You are not in the call.</p>
      )}
      {control.problem && (
        <p role="alert" className={styles['problem']}>
          {control.problem}
        </p>
      )}
      <div className={styles['controls']}>
        {open ? (
          <>
            <Mute local={open.local} kind="audio" name="Microphone" />
            <Mute local={open.local} kind="video" name="Camera" />
            <button type="button" onClick={control.leave}>
              Leave the call
            </button>
          </>
        ) : (
          <button type="button" className={styles['join']} onClick={control.join} disabled={control.joining}>
            {control.joining ? 'Joining…' : 'Join the call'}
          </button>
        )}
      </div>
    </section>
  );
}

function Pictures({ open, otherName }: { open: OpenCall; otherName: string }) {
  const problems = [open.devicesProblem, open.socketState.problem, open.problem].filter((problem) => problem);
  return (
    <>
      {open.meeting?.provider === 'p2p' ? (
        <div className={styles['pictures']}>
          <Picture stream={open.call.remote} label={`Picture of the ${otherName}`} muted={false} />
          <p className={styles['phase']} role="status">
            {PHASES[open.call.phase](otherName)}
          </p>
          <div className={styles['own']}>
            <Picture stream={open.local} label="Your own picture" muted />
          </div>
        </div>
      ) : (
        <Elsewhere open={open} />
      )}
      {problems.map((problem) => (
        <p key={problem} role="alert" className={styles['problem']}>
          {problem}
        </p>
      ))}
    </>
  );
}

const PHASES = {
  waiting: (other: string) => `Waiting for the ${other}`,
  connecting: (other: string) => `Connecting to the ${other}`,
  connected: (other: string) => `Connected to the ${other}`,
} as const;

/** A call that VideoSDK carries: its room is entered with its own app. */
function Elsewhere({ open: { meeting } }: { open: OpenCall }) {
  if (!meeting) return <p className={styles['idle']}>There is no video room for you in this round now.</p>;
  return (
    <div className={styles['idle']}>
      <p>
        This round’s call runs at <strong>{meeting.provider}</strong>, in the room <code>{meeting.id}</code>.
      </p>
      <p>This page does not embed that provider: open the room with its app. Analysis and consent work from here.</p>
    </div>
  );
}

function Picture({ stream, label, muted }: { stream: MediaStream | undefined; label: string; muted: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  useStream(video, stream);
  return <video ref={video} aria-label={label} muted={muted} autoPlay playsInline />;
}

function useStream(video: RefObject<HTMLVideoElement | null>, stream: MediaStream | undefined): void {
  useEffect(() => {
    if (video.current) video.current.srcObject = stream ?? null;
  }, [video, stream]);
}

function Mute({ local, kind, name }: { local: MediaStream | undefined; kind: 'audio' | 'video'; name: string }) {
  const [on, setOn] = useState(true);
  const tracks = local?.getTracks().filter((track) => track.kind === kind) ?? [];
  if (tracks.length === 0) return null;
  const toggle = () => {
    for (const track of tracks) track.enabled = !on;
    setOn(!on);
  };
  return (
    <button type="button" aria-pressed={on} onClick={toggle}>
      {name} {on ? 'on' : 'off'}
    </button>
  );
}
