import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createLogger } from '../../../runtime/log.ts';
import { eachLine } from '../../../runtime/supervisor/lines.ts';
import { logLine } from '../../../runtime/supervisor/log-line.ts';

/** What our log says after a child wrote `line`. */
function passedOn(line: string, stream: 'stdout' | 'stderr'): unknown {
  const written: string[] = [];
  const log = createLogger('trace', { write: text => written.push(text) });
  logLine(log.child({ service: 'packer' }), line, stream);
  return written.map(text => ({ ...JSON.parse(text), time: undefined }));
}

test("a child's log line keeps its level and fields and gains the service's name", () => {
  const line = JSON.stringify({ level: 'warn', time: '2026-11-21T00:00:00.000Z', spill: 7, msg: 'late' });
  expect(passedOn(line, 'stderr')).toEqual([{ level: 'warn', service: 'packer', spill: 7, msg: 'late' }]);
});

test('other text becomes information or a warning, and an empty line nothing', () => {
  expect(passedOn('hello', 'stdout')).toEqual([{ level: 'info', service: 'packer', msg: 'hello' }]);
  expect(passedOn('{broken', 'stderr')).toEqual([{ level: 'warn', service: 'packer', msg: '{broken' }]);
  expect(passedOn('', 'stderr')).toEqual([]);
});

test('lines are whole however the bytes arrive, and the last needs no line end', async () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  eachLine(stream, line => lines.push(line));
  const bytes = Buffer.from('één\ntwee\ndrie');
  for (const byte of bytes) stream.write(Buffer.of(byte));
  stream.end();
  await new Promise(resolve => stream.once('close', resolve));
  expect(lines).toEqual(['één', 'twee', 'drie']);
});

test('a line without end does not grow for ever', async () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  eachLine(stream, line => lines.push(line));
  for (let piece = 0; piece < 20; piece++) stream.write('x'.repeat(10_000));
  stream.end();
  await new Promise(resolve => stream.once('close', resolve));
  expect(Math.max(...lines.map(line => line.length))).toBeLessThan(200_000);
  expect(lines.join('')).toHaveLength(200_000);
});
