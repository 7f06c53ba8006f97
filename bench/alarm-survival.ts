/**
 * Does the alarm system survive? Three runs on a real nats-server, engine and dispatcher each a process of its own:
 *
 * 1. More than ten thousand transitions while engine and dispatcher are killed with SIGKILL at random moments, and nats-server
 *    now and then: how many pages arrived, how many of them came again because they were in flight, and whatever is not as in a run
 *    without any interruption.
 * 2. Two of each: how long until another one goes on when the one at work is killed, and when it hangs.
 * 3. A webhook that answers 500 for a minute and then hangs for another one.
 *
 *     node bench/alarm-survival.ts [--seed 1] [--steps 1000] [--every 100] [--kills 30] [--restarts 3]
 */
import { parseArgs } from 'node:util';
import { judge } from '../test/end-to-end/alarms/judge.ts';
import { ofTheChannel, outage } from '../test/end-to-end/alarms/outage.ts';
import { takeOver } from '../test/end-to-end/alarms/standby.ts';
import { survive } from '../test/end-to-end/alarms/survival.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '1000' },
    every: { type: 'string', default: '100' },
    kills: { type: 'string', default: '30' },
    restarts: { type: 'string', default: '3' },
  },
});
const seed = Number(values.seed);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

await killing();
await takingOver();
await failing();

async function killing(): Promise<void> {
  const survival = await survive({
    seed,
    steps: Number(values.steps),
    everyMs: Number(values.every),
    kills: Number(values.kills),
    natsRestarts: Number(values.restarts),
    syncInterval: 'always',
  });
  const { kills, changes, notices, received, messages, outcomes, tookMs } = survival;
  const pages = notices.filter(({ channel }) => channel === 'log').length;
  const doubtful = outcomes.filter(one => one.channel === 'chat' && one.doubtful).length;
  console.log(
    `${changes.length} transitions in ${seconds(tookMs)}; killed: engine ${kills['alarm-engine']}, dispatcher ` +
      `${kills['alarm-dispatcher']}, nats-server ${values.restarts} times`,
  );
  console.log(`webhook: ${pages} pages, ${received.length - pages} of them came again under the same key`);
  console.log(
    `Discord: ${messages.length} messages, ${notices.length - pages - messages.length} edits, ${doubtful} in doubt`,
  );
  tell(judge(survival));
}

async function takingOver(): Promise<void> {
  const { takeOvers, ...evidence } = await takeOver({ seed, everyMs: 100, tailMs: 10_000 });
  for (const { actor, by, ms } of takeOvers)
    console.log(`${actor} ${by}: another goes on after ${seconds(ms)}`);
  tell(judge(evidence));
}

async function failing(): Promise<void> {
  const { changes, notices, tries, taken, recoveredMs } = await outage({
    failsMs: 60_000,
    hangsMs: 60_000,
    failingAfter: '1m',
  });
  const count = (mood: string) => tries.filter(one => one.mood === mood).length;
  console.log(
    `outage of two minutes: ${changes.length} transitions in ${taken.length} pages; ${count('fails')} tries answered by 500, ` +
      `${count('hangs')} not answered; everything told ${seconds(recoveredMs)} after it was well`,
  );
  console.log(
    `the other channel: ${ofTheChannel(notices)
      .map(({ title, firing }) => `${title} (${firing ? 'firing' : 'over'})`)
      .join(', ')}`,
  );
}

function tell(findings: readonly string[]): void {
  console.log(
    findings.length === 0 ? 'nothing lost, doubled or different' : findings.slice(0, 20).join('\n'),
  );
  if (findings.length > 0) process.exitCode = 1;
}
