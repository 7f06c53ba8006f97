import { createInterface } from 'node:readline';

/**
 * The lines of `program.ts` for a contender in JavaScript: answers, and repeats the work until the time is up.
 * @param work done once, worth `units` of the comparison's unit; what it returns is kept alive until the round is over
 */
export async function speak(
  answer: () => string | Promise<string>,
  work: () => unknown,
  units = 1,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, argument] = line.split(' ');
    if (word === 'answer') process.stdout.write(`${await answer()}\n`);
    else
      process.stdout.write(`${JSON.stringify({ figure: (await rate(work, Number(argument))) * units })}\n`);
  }
}

async function rate(work: () => unknown, forMs: number): Promise<number> {
  const started = performance.now();
  let kept: unknown;
  for (let done = 1; ; done++) {
    kept = work();
    if (kept instanceof Promise) await kept;
    const took = performance.now() - started;
    if (took >= forMs && kept !== speak) return (done * 1000) / took;
  }
}
