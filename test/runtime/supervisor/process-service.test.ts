import { expect, test } from 'vitest';
import { processService } from '../../../runtime/supervisor/process-service.ts';
import { isAlive } from '../../../runtime/supervisor/process-table.ts';

const signal = new AbortController().signal;
const shell = (script: string) => ({
  name: 'shell',
  command: '/bin/sh',
  args: ['-c', script],
  drainMs: 1000,
  onLine: () => {},
});

test('a child that ends before it is ready fails the start with its last words', async () => {
  const service = processService({
    ...shell('echo the disk is full >&2; exit 3'),
    ready: () => new Promise(() => {}),
  });
  await expect(service.start(signal)).rejects.toThrow(
    'shell ended before it was ready (exit code 3): the disk is full',
  );
});

test('a child that never gets ready is gone when the start is given up', async () => {
  let pid = 0;
  const service = processService({
    ...shell('exec sleep 60'),
    ready: process => {
      pid = process.pid;
      return Promise.reject(new Error('no answer'));
    },
  });
  await expect(service.start(signal)).rejects.toThrow('no answer');
  expect(isAlive(pid)).toBe(false);
});

test('a program that does not exist ends with 127 and says so', async () => {
  const running = await processService({ ...shell(''), command: '/no/such/program' }).start(signal);
  expect(await running.exited).toMatchObject({
    code: 127,
    detail: expect.stringContaining('/no/such/program'),
  });
});

test('the end of a child is seen even when a grandchild holds its output open', async () => {
  const lines: string[] = [];
  const running = await processService({
    ...shell('sleep 60 & echo $!; exit 4'),
    onLine: line => lines.push(line),
  }).start(signal);
  expect(await running.exited).toMatchObject({ code: 4 });
  process.kill(Number(lines[0]));
});
