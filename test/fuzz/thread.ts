import { parentPort, workerData } from 'node:worker_threads';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { Finding, Job, Report } from './campaign.ts';
import { inputOf } from './inputs.ts';
import { judge } from './target.ts';
import { targets } from './targets.ts';

const job = workerData as Job;
const target = targets.find(({ name }) => name === job.target);
if (!target) throw new TypeError(`no target is called ${job.target}`);

const seeds = await target.seeds();
const at = new Int32Array(job.at);
const findings: Finding[] = [];
const refused: Partial<Record<ErrorCode, number>> = {};
let accepted = 0;
let slowest = { index: job.first, ms: 0 };
for (let index = job.first; index < job.end && findings.length < 20; index++) {
  Atomics.store(at, 0, index);
  const input = inputOf(target, seeds, job.seed, index);
  const began = performance.now();
  const verdict = judge(target, input);
  const ms = performance.now() - began;
  if (ms > slowest.ms) slowest = { index, ms };
  if (verdict.kind === 'accepted') accepted++;
  else if (verdict.kind === 'refused') refused[verdict.code] = (refused[verdict.code] ?? 0) + 1;
  else findings.push({ target: target.name, index, reason: verdict.reason });
}
const report: Report = {
  kind: 'done',
  tally: { inputs: job.end - job.first, accepted, refused, slowest },
  findings,
};
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
parentPort?.postMessage(report);
