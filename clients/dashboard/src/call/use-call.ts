'use client';
/** The call as a page holds it: devices, being in the round, and the connection to the other person. */
import type { InterviewError } from '@interview/sdk/client';
import { RoundMeetingDocument, type RoundMeetingQuery } from '@interview/sdk/operations';
import { useCallback, useEffect, useState } from 'react';
import { useSession } from '../session/session';
import { Call, type CallState } from './call';
import { openDevices } from './devices';
import { type InterviewSocket, openInterviewSocket, type SocketState } from './interview-socket';
import { signalLine } from './signal-line';

export type Meeting = NonNullable<NonNullable<RoundMeetingQuery['round']>['meeting']>;

export interface OpenCall {
  local: MediaStream | undefined;
  /** What could not be had of the devices. */
  devicesProblem: string | undefined;
  meeting: Meeting | undefined;
  socket: InterviewSocket | undefined;
  socketState: SocketState;
  call: CallState;
  problem: string | undefined;
}

export interface CallControl {
  /** Undefined while this person is not in the call. */
  open: OpenCall | undefined;
  joining: boolean;
  problem: string | undefined;
  join(): void;
  leave(): void;
}

const NOT_JOINED: SocketState = { joined: false, problem: undefined, lastTakenAt: undefined };
const NOBODY: CallState = { phase: 'waiting', remote: undefined };

/** What `join` got hold of; everything else follows from it. */
interface Entry {
  local: MediaStream | undefined;
  devicesProblem: string | undefined;
  meeting: Meeting | undefined;
}

export function useCall(roundId: string, polite: boolean): CallControl {
  const { client, token, gateway } = useSession();
  const [entry, setEntry] = useState<Entry>();
  const [joining, setJoining] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [socket, setSocket] = useState<InterviewSocket>();
  const [socketState, setSocketState] = useState(NOT_JOINED);
  const [call, setCall] = useState(NOBODY);
  const [callProblem, setCallProblem] = useState<string>();

  const join = useCallback(async () => {
    setJoining(true);
    setProblem(undefined);
    try {
      const [devices, { round }] = await Promise.all([
        openDevices(navigator.mediaDevices),
        client.query(RoundMeetingDocument, { id: roundId }),
      ]);
      setEntry({ local: devices.stream, devicesProblem: devices.problem, meeting: round?.meeting ?? undefined });
    } catch (error) {
      setProblem((error as Error).message); // of the client; devices that fail do not throw
    } finally {
      setJoining(false);
    }
  }, [client, roundId]);

  const leave = useCallback(() => setEntry(undefined), []);

  useEffect(() => {
    if (!entry) return;
    const opened = openInterviewSocket(gateway, token, roundId, setSocketState);
    setSocket(opened);
    return () => {
      opened.leave();
      for (const track of entry.local?.getTracks() ?? []) track.stop();
      setSocket(undefined);
      setSocketState(NOT_JOINED);
    };
  }, [entry, gateway, token, roundId]);

  useEffect(() => {
    if (entry?.meeting?.provider !== 'p2p') return;
    const tell = (error: InterviewError) => setCallProblem(error.message);
    const line = signalLine(client, roundId, tell);
    const made = new Call({
      polite,
      local: entry.local,
      send: line.send,
      connect: () => new RTCPeerConnection(),
      newSession: () => crypto.randomUUID(),
      later: (milliseconds, action) => {
        const timer = setTimeout(action, milliseconds);
        return () => clearTimeout(timer);
      },
      onChange: setCall,
    });
    line
      .listen(
        (signal) => made.receive(signal),
        () => made.greet(),
      )
      .catch(tell);
    made.greet();
    const leavePage = () => made.leave();
    addEventListener('pagehide', leavePage);
    return () => {
      removeEventListener('pagehide', leavePage);
      made.leave();
      line.end();
      setCall(NOBODY);
      setCallProblem(undefined);
    };
  }, [entry, client, roundId, polite]);

  const open = entry && { ...entry, socket, socketState, call, problem: callProblem };
  return { open, joining, problem, join: () => void join(), leave };
}
