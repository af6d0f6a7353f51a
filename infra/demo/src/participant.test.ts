import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Server, type Socket } from 'socket.io';
import { systemClock } from './clock.js';
import { MediaRefused, Participant } from './participant.js';

type Acknowledge = (answer: object) => void;
type Behaviour = (timestamp: number, socket: Socket, acknowledge: Acknowledge) => void;

const taken: Behaviour = (_timestamp, _socket, acknowledge) => acknowledge({ ok: true });
const failed = (code: string) => ({ ok: false, error: { code, message: 'as the test says' } });

/** A gateway that does with each delivery of a message what the test says, and logs what it acknowledged. */
class FakeGateway {
  readonly log: string[] = [];
  onMedia: Behaviour = taken;
  onJoin: (acknowledge: Acknowledge) => void = (acknowledge) => acknowledge({ ok: true });
  private readonly http: HttpServer = createServer();
  private readonly io = new Server(this.http, { transports: ['websocket'] });

  constructor() {
    this.io.on('connection', (socket) => {
      socket.on('join-interview', (_message: object, acknowledge: Acknowledge) => {
        this.log.push('join');
        this.onJoin(acknowledge);
      });
      socket.on('leave-interview', (acknowledge: Acknowledge) => acknowledge({ ok: true }));
      socket.on('tab-visibility', ({ timestamp }: { timestamp: number }, acknowledge: Acknowledge) => {
        this.onMedia(timestamp, socket, (answer) => {
          if (!('error' in answer)) this.log.push(String(timestamp));
          acknowledge(answer);
        });
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    // A server that listens on TCP has this form of address.
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return this.io.close();
  }
}

let gateway: FakeGateway;
let gatewayUrl: string;
let people: Participant[];

beforeEach(async () => {
  gateway = new FakeGateway();
  gatewayUrl = await gateway.listen();
  people = [];
});

afterEach(async () => {
  await Promise.all(people.map((person) => person.leave()));
  await gateway.close();
});

async function join(): Promise<Participant> {
  const person = await Participant.join({ gatewayUrl, token: 'a token', roundId: 'a round', clock: systemClock });
  people.push(person);
  return person;
}

async function sendInOrder(person: Participant, timestamps: number[]): Promise<void> {
  for (const timestamp of timestamps) await person.send('tab-visibility', { visible: true, timestamp });
}

describe('a participant', () => {
  it('sends a message again, before any later one, while the gateway cannot take it', async () => {
    const person = await join();
    let refusals = 2;
    gateway.onMedia = (timestamp, _socket, acknowledge) => {
      if (timestamp === 2 && refusals-- > 0) acknowledge(failed('SERVICE_UNAVAILABLE'));
      else acknowledge({ ok: true });
    };
    await sendInOrder(person, [1, 2, 3]);
    expect(gateway.log).toEqual(['join', '1', '2', '3']);
  });

  it('joins again and repeats the message after a connection that broke before the acknowledgement', async () => {
    const person = await join();
    let drops = 1;
    gateway.onMedia = (timestamp, socket, acknowledge) => {
      if (timestamp === 2 && drops-- > 0) socket.conn.close();
      else acknowledge({ ok: true });
    };
    await sendInOrder(person, [1, 2, 3]);
    expect(gateway.log).toEqual(['join', '1', 'join', '2', '3']);
  });

  it('tells at once what is refused for good', async () => {
    const person = await join();
    gateway.onMedia = (_timestamp, _socket, acknowledge) => acknowledge(failed('ACCESS_DENIED'));
    await expect(sendInOrder(person, [1])).rejects.toMatchObject({ name: 'MediaRefused', code: 'ACCESS_DENIED' });
  });

  it('is told when the round is not theirs', async () => {
    gateway.onJoin = (acknowledge) => acknowledge(failed('ACCESS_DENIED'));
    await expect(join()).rejects.toBeInstanceOf(MediaRefused);
  });

  it('gives up a message when leaving', async () => {
    const person = await join();
    gateway.onMedia = (_timestamp, _socket, acknowledge) => acknowledge(failed('SERVICE_UNAVAILABLE'));
    const sending = sendInOrder(person, [1]);
    await Promise.all([expect(sending).rejects.toMatchObject({ name: 'AbortError' }), person.leave()]);
  });
});
