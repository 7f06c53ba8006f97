import type { Answer, Job } from '../../../../actors/sentinel/worker/job.ts';

/** A worker that does by the serial of its event what a worker should not do. */
export default async function answer({ event, body }: Job): Promise<Answer> {
  if (event.serial === 1) process.exit(3);
  if (event.serial === 2)
    for (const hoard: unknown[] = []; ; ) hoard.push(Array.from({ length: 10_000 }, () => ({})));
  if (event.serial === 3) for (;;);
  if (event.serial === 4) {
    queueMicrotask(() => {
      throw new Error('outside of everything');
    });
    await new Promise(() => {});
  }
  // A mark in the memory of whoever asked.
  body[0] = 42;
  return { kind: 'done', findings: { pictures: [], waveforms: [], warnings: [] }, displays: [], took: {} };
}
