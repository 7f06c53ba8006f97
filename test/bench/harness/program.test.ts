import { afterEach, describe, expect, test } from 'vitest';
import type { Contender } from '../../../bench/harness/comparison.ts';
import { program } from '../../../bench/harness/program.ts';

const running: Contender[] = [];
afterEach(async () => {
  for (const contender of running.splice(0)) await contender[Symbol.asyncDispose]();
});

/** A program in JavaScript; it may use `speak` of the line protocol. */
function script(text: string): Contender {
  const protocol = new URL('../../../bench/harness/line-protocol.ts', import.meta.url).href;
  const contender = program({
    name: 'script',
    command: process.execPath,
    args: ['--input-type=module', '-e', `import { speak } from ${JSON.stringify(protocol)};\n${text}`],
    roundMs: 5,
    signal: new AbortController().signal,
  });
  running.push(contender);
  return contender;
}

describe('a contender in a process of its own', () => {
  test('answers, and works for as long as it is told', async () => {
    const contender = script('await speak(() => "42", () => {}, 10);');
    expect(await contender.answer?.()).toBe('42');
    const round = await contender.round();
    expect(round.figure).toBeGreaterThan(10);
  });

  test.runIf(process.platform === 'linux')('has its memory watched from outside', async () => {
    const { peakBytes } = await script('await speak(() => "", () => {});').round();
    expect(peakBytes).toBeGreaterThan(1024 * 1024);
  });

  test('may tell its own cost, as one does that drives a server', async () => {
    const contender = script(
      `process.stdin.once('data', () => console.log('{"figure": 5, "cpuSeconds": 7, "peakBytes": 9}'));`,
    );
    expect(await contender.round()).toEqual({ figure: 5, cpuSeconds: 7, peakBytes: 9 });
  });

  test('that dies is told with its last words, not waited for', async () => {
    const contender = script('console.error("no memory left"); process.exit(3);');
    await expect(contender.round()).rejects.toThrow(/asked "round 5 wall": it ended with 3\nno memory left/);
  });

  test('that is not there is an error, not a hang', async () => {
    const contender = program({
      name: 'nobody',
      command: '/no/such/program',
      args: [],
      roundMs: 5,
      signal: new AbortController().signal,
    });
    running.push(contender);
    await expect(contender.round()).rejects.toThrow(/ENOENT/);
  });
});
