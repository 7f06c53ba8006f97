import { cutJetStream, type Load } from './jetstream.ts';
import { type Cut, type Tally, tally } from './report.ts';
import { cutRotorooter } from './rotorooter.ts';
import { cutStore } from './store.ts';

export interface Scenario {
  /** Whether nothing that was acknowledged may be missing or double. */
  readonly promised: boolean;
  run(cuts: number): Promise<readonly Tally[]>;
}

const SECOND = 1_000;

/** A cut at another moment each time, of which the last is the latest. */
async function atMoments<Made>(
  cuts: number,
  [earliestMs, latestMs]: readonly [number, number],
  cut: (flowMs: number) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  for (let n = 1; n <= cuts; n++) made.push(await cut(earliestMs + ((latestMs - earliestMs) * n) / cuts));
  return made;
}

/** As fast as they are acknowledged, and at a rate that a detector has. */
const FULL = { inFlight: 64, everyMs: 0 };
const STEADY = { inFlight: 1, everyMs: 20 };

/** Cuts that show that something is lost: each takes as long as the policy lets messages wait. */
const ENOUGH = 3;

const jetStream = (
  policy: string,
  moments: readonly [number, number],
  load: Omit<Load, 'flowMs'>,
  promised: boolean,
): Scenario => ({
  promised,
  run: async cuts => [
    tally(
      { component: 'JetStream', policy, promised },
      await atMoments(promised ? cuts : Math.min(cuts, ENOUGH), moments, flowMs =>
        cutJetStream({ ...load, flowMs }),
      ),
    ),
  ],
});

const rotorooter: Scenario = {
  promised: true,
  run: async cuts => [
    tally(
      { component: 'rotorooter', policy: 'every batch', promised: true },
      await atMoments(cuts, [0.2 * SECOND, 1 * SECOND], cutRotorooter),
    ),
  ],
};

const store: Scenario = {
  promised: true,
  async run(cuts) {
    const made = await atMoments(cuts, [1 * SECOND, 3 * SECOND], cutStore);
    const part = (component: string, promised: boolean, of: (one: (typeof made)[number]) => Cut) =>
      tally({ component, policy: 'every insert', promised }, made.map(of));
    return [
      part('store, rows', true, ({ rows }) => rows),
      // The batch that the cut interrupted: its rows may be there without their sums, or the sums without them.
      part('store, roll-ups', false, ({ rollUps }) => rollUps),
    ];
  },
};

/** What is promised first: short forms do no more. */
export const scenarios: readonly Scenario[] = [
  jetStream('always', [0.1 * SECOND, 3 * SECOND], { ...FULL, syncInterval: 'always', old: false }, true),
  rotorooter,
  store,
  jetStream('1 s', [10 * SECOND, 20 * SECOND], { ...STEADY, syncInterval: SECOND, old: true }, false),
  jetStream('10 s', [12 * SECOND, 30 * SECOND], { ...STEADY, syncInterval: 10 * SECOND, old: true }, false),
  jetStream('2 m', [40 * SECOND, 70 * SECOND], { ...STEADY, syncInterval: 120 * SECOND, old: true }, false),
  jetStream(
    '1 s, new stream',
    [5 * SECOND, 15 * SECOND],
    { ...STEADY, syncInterval: SECOND, old: false },
    false,
  ),
];
