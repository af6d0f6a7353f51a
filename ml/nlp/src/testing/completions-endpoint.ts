/** A local endpoint that speaks OpenAI's chat completions; what it answers is set by a test. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** What the adapter sends, as the protocol has it. */
export const ChatRequest = z.strictObject({
  model: z.string(),
  temperature: z.number(),
  max_tokens: z.int(),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user']), content: z.string() })),
  response_format: z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: z.string(),
      strict: z.literal(true),
      schema: z.looseObject({ type: z.string() }),
    }),
  }),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

type Answer = (response: ServerResponse, request: ChatRequest) => void;

export class CompletionsEndpoint {
  readonly requests: ChatRequest[] = [];
  readonly authorizations: (string | undefined)[] = [];
  answer: Answer = completing([]);
  private readonly server: Server = createServer((request, response) => {
    void this.handle(request, response);
  });

  /** The base address, with its version. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    // A server that listens on TCP has an address of this shape.
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      response.writeHead(404).end();
      return;
    }
    const body = ChatRequest.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    this.requests.push(body);
    this.authorizations.push(request.headers.authorization);
    this.answer(response, body);
  }
}

/** Answers with these differences, whatever is asked. */
export const completing = (differences: unknown): Answer => content(JSON.stringify({ differences }));

/** Answers with this text as the message; null as a model that refuses does. */
export const content =
  (text: string | null): Answer =>
  (response) => {
    const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 0, model: 'm', choices }));
  };

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end('{"error":{"message":"no"}}');
