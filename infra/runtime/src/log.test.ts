import { describe, expect, it } from '@jest/globals';
import { createLog, type Logger } from './log.js';

function logged(write: (log: Logger) => void): string {
  const lines: string[] = [];
  write(createLog('test', 'info', { write: (line) => void lines.push(line) }));
  return lines.join('');
}

describe('the log', () => {
  it('keeps the rows that a database error repeats out', () => {
    const violation = new Error('insert … Failing row contains (they want 90k)');
    const error = Object.assign(violation, { code: '23514', constraint: 'score_check' });
    const line = logged((log) => log.error({ err: error }, 'a resolver failed'));
    expect(JSON.parse(line)).toMatchObject({
      err: { code: '23514', constraint: 'score_check' },
      msg: 'a resolver failed',
    });
    expect(line).not.toContain('90k');
  });

  it('keeps tokens and private notes out', () => {
    const line = logged((log) => log.info({ token: 'secret-1', verdict: { privateNotes: 'secret-2' } }, 'x'));
    expect(line).toContain('[redacted]');
    expect(line).not.toMatch(/secret-[12]/);
  });

  it('says what another error was', () => {
    const line = logged((log) => log.error({ err: new TypeError('no such thing') }, 'x'));
    expect(JSON.parse(line)).toMatchObject({ err: { type: 'TypeError', message: 'no such thing' } });
  });
});
