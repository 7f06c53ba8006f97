import { setTimeout as pause } from 'node:timers/promises';
import type { Absent, Comparison, Contender, Round, Setting } from '../../harness/comparison.ts';
import { whileUsing } from '../../harness/usage.ts';
import { DEVICES, EVERY_MS, excursions, RULES_A_DEVICE } from './load.ts';
import { ours } from './ours.ts';
import { prometheus } from './prometheus.ts';
import type { Side } from './side.ts';

const LOAD = `${DEVICES.toLocaleString('en')} readings/s, ${(DEVICES * RULES_A_DEVICE).toLocaleString('en')} rules`;
const SETTLE_MS = 2 * EVERY_MS;

const SHARED = { quick: false, rounds: 3 } as const;

/** How late people are told. */
export const alarmWebhook: Comparison = {
  ...SHARED,
  name: 'alarm-webhook',
  title: `from the time stamp of a reading to the webhook, p99 of a round, ${LOAD}`,
  unit: 'ms',
  better: 'less',
  goals: [
    { figure: 2000, source: 'the design: webhook p99 under 2 s' },
    { against: 'Prometheus and Alertmanager', times: 1 },
  ],
  contenders: setting => sides(setting, round => ({ figure: quantile(round.latencies, 0.99) })),
};

/** What holding readings against rules costs, transport and all. */
export const alarmEvaluation: Comparison = {
  ...SHARED,
  name: 'alarm-evaluation',
  title: `readings held against rules, ${LOAD}, by the process that does it`,
  unit: 'readings per second of processor time',
  better: 'more',
  goals: [{ figure: 10_000, source: 'the design: on one core' }],
  contenders: setting =>
    sides(setting, ({ evaluatorCpu, seconds }) => ({ figure: (DEVICES * seconds) / evaluatorCpu })),
};

/** From a reading in its stream to the change of its alarm in another one. */
export const alarmLag: Comparison = {
  ...SHARED,
  name: 'alarm-lag',
  title: `from the stored reading to the change of its alarm, as heard, p99 of a round, ${LOAD}`,
  unit: 'ms',
  better: 'less',
  goals: [{ figure: 250, source: 'the design: within 250 ms' }],
  contenders: async ({ directory, quick, signal }) => [
    contender(await ours(directory, signal), quick, signal, ({ lags }) => ({ figure: quantile(lags, 0.99) })),
  ],
};

/** What a round of one side was. */
interface Measured {
  readonly latencies: readonly number[];
  readonly lags: readonly number[];
  readonly seconds: number;
  /** Processor time of the process that evaluates, in seconds. */
  readonly evaluatorCpu: number;
}

async function sides(
  { directory, quick, signal }: Setting,
  figure: (measured: Measured) => Round,
): Promise<(Contender | Absent)[]> {
  const theirs = await prometheus(directory, signal);
  return [
    contender(await ours(directory, signal), quick, signal, figure),
    'absent' in theirs ? theirs : contender(theirs, quick, signal, figure),
  ];
}

function contender(
  side: Side,
  quick: boolean,
  signal: AbortSignal,
  figure: (measured: Measured) => Round,
): Contender {
  let round = 0;
  const measure = async (count: number, everyMs: number): Promise<Measured> => {
    side.resume();
    await pause(SETTLE_MS, undefined, { signal });
    side.lags?.();
    const journey = side.begin();
    const began = performance.now();
    const { result, usage } = await whileUsing([side.evaluatorPid], () =>
      excursions(side.devices, journey, { count, everyMs, round: round++ }, signal),
    );
    const seconds = (performance.now() - began) / 1000;
    const lags = side.lags?.() ?? [];
    await pause(SETTLE_MS, undefined, { signal });
    await side.pause();
    return { latencies: result, lags, seconds, evaluatorCpu: usage?.cpuSeconds ?? Number.NaN };
  };
  return {
    name: side.name,
    async answer() {
      const { latencies } = await measure(5, 100);
      return `${latencies.filter(Number.isFinite).length} of 5 excursions told`;
    },
    async round() {
      const { result, usage } = await whileUsing(side.pids, () => measure(quick ? 10 : 40, 250));
      return { ...figure(result), ...usage };
    },
    [Symbol.asyncDispose]: () => side[Symbol.asyncDispose](),
  };
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
