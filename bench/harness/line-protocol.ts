import { createInterface } from 'node:readline';

const LOOK_EVERY_MS = 2;

/**
 * The lines of `program.ts` for a contender in JavaScript: answers, and repeats the work until the time is up.
 * @param work done once, worth `units` of the comparison's unit
 */
export async function speak(
  answer: () => string | Promise<string>,
  work: () => unknown,
  units = 1,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, ms, clock] = line.split(' ');
    if (word === 'answer') process.stdout.write(`${await answer()}\n`);
    else
      process.stdout.write(
        `${JSON.stringify({ figure: (await rate(work, Number(ms), clock === 'processor')) * units })}\n`,
      );
  }
}

async function rate(work: () => unknown, forMs: number, byProcessor: boolean): Promise<number> {
  const clock = byProcessor ? processorMs : () => performance.now();
  const started = clock();
  let looked = 0;
  let done = 0;
  for (let batch = 1; ; ) {
    for (let count = 0; count < batch; count++) {
      const result = work();
      if (result instanceof Promise) await result;
    }
    done += batch;
    const took = clock() - started;
    if (took >= forMs) return (done * 1000) / took;
    // Looking at a clock takes longer than some work does.
    if (took - looked < LOOK_EVERY_MS) batch *= 2;
    looked = took;
  }
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
