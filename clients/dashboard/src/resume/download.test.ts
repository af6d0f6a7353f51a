import { describe, expect, test } from '@jest/globals';
import { readFile } from './download';
import { periodOf, yearsOf } from './wording';

const GATEWAY = 'http://127.0.0.1:3000';

/** Answers so, and keeps what it was asked. */
function server(answer: Response) {
  const asked: { url: string; authorization: string | null }[] = [];
  const fetchFile: typeof fetch = async (address, options) => {
    asked.push({ url: String(address), authorization: new Headers(options?.headers).get('authorization') });
    return answer;
  };
  return { asked, fetchFile };
}

describe('a resume’s file', () => {
  test('is asked for with the token', async () => {
    const { asked, fetchFile } = server(new Response('%PDF'));
    const file = await readFile(fetchFile, GATEWAY, '/api/resumes/files/a.pdf', 'secret');
    expect(await file.text()).toBe('%PDF');
    expect(asked).toEqual([{ url: `${GATEWAY}/api/resumes/files/a.pdf`, authorization: 'Bearer secret' }]);
  });

  test('is never asked for elsewhere', async () => {
    const { asked, fetchFile } = server(new Response(''));
    await expect(readFile(fetchFile, GATEWAY, 'https://elsewhere.example/a.pdf', 'secret')).rejects.toThrow('token');
    expect(asked).toEqual([]);
  });

  test('that is refused says why', async () => {
    const refusal = Response.json({ error: { code: 'ACCESS_DENIED', message: 'Not yours.' } }, { status: 403 });
    await expect(readFile(server(refusal).fetchFile, GATEWAY, '/a.pdf', 't')).rejects.toThrow('Not yours.');
    const bare = new Response('<html>', { status: 502 });
    await expect(readFile(server(bare).fetchFile, GATEWAY, '/a.pdf', 't')).rejects.toThrow('502');
  });
});

test('years and periods read as a person would write them', () => {
  expect([yearsOf(1), yearsOf(4.25), yearsOf(10)]).toEqual(['1 year', '4.3 years', '10 years']);
  expect([periodOf('2019-03', 'present'), periodOf(null, '2020'), periodOf(null, null)]).toEqual([
    '2019-03 – present',
    '? – 2020',
    '',
  ]);
});
