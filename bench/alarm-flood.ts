/**
 * A flood on the wire: the worst four hours on record of ALMA's alarm system through the real dispatcher, a process of its own, to a
 * webhook receiver and to a stand-in that has Discord's limits and says so (429). First the worst ten minutes as they came, then all
 * four hours in four minutes. Tells the most messages in any minute at each channel, how often Discord said no, and how long after a
 * MAJOR alarm was raised its channel had confirmed the message that tells it.
 *
 *     node bench/alarm-flood.ts [--seed 7]
 */
import { parseArgs } from 'node:util';
import { ALMA_FLOOD, alarmFlood, type FloodTransition } from '../fixtures/alarm-flood.ts';
import { mostWithin } from '../test/actors/alarm-dispatcher/desk.ts';
import { floodOnTheWire, urgentDelays, worstPart } from '../test/end-to-end/alarms/flood.ts';
import { accountsOf } from '../test/end-to-end/alarms/judge.ts';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '7' } } });
const LIMITS = { chat: 25, log: 120 };
const MINUTE = 60_000;
/** Alarms that were away for less are not news: they come and go. */
const AWAY_MS = 5 * MINUTE;

const flood = alarmFlood(ALMA_FLOOD, Number(values.seed), 0);
await measure('worst ten minutes, as they came', worstPart(flood, 10 * MINUTE), 1);
await measure('four hours in four minutes', flood, 60);

async function measure(what: string, part: readonly FloodTransition[], speed: number): Promise<void> {
  const wire = await floodOnTheWire({
    flood: part,
    speed,
    perMinute: LIMITS,
    complete: ['chat', 'log'],
    patienceMs: 30 * MINUTE,
  });
  console.log(`${what}: ${wire.changes.length} transitions`);
  const arrived = { chat: wire.chat.map(({ at }) => at), log: wire.log };
  for (const name of ['chat', 'log'] as const) {
    const edits = wire.notices.filter(one => one.channel === name && one.edits !== undefined).length;
    const wrong = accountsOf(wire, name);
    console.log(
      `  ${name}: ${arrived[name].length} messages (${edits} edits), at most ${mostWithin(arrived[name], MINUTE)} in a minute ` +
        `(limit ${LIMITS[name]}); ${wrong.length === 0 ? 'every transition once' : wrong.slice(0, 5).join('; ')}`,
    );
    console.log(`    MAJOR, news:                ${quantiles(urgentDelays(wire, name, AWAY_MS))}`);
    console.log(`    MAJOR, all of them:         ${quantiles(urgentDelays(wire, name, 0))}`);
  }
  console.log(`  Discord said 429 ${wire.chat.filter(({ status }) => status === 429).length} times`);
}

function quantiles(sorted: readonly number[]): string {
  const at = (share: number) =>
    `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN)} ms`;
  return `${sorted.length}, p50 ${at(0.5)}, p99 ${at(0.99)}, worst ${at(1)}`;
}
