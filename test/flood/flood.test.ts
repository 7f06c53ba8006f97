import { expect, test } from 'vitest';
import { flood, type Target } from './campaign.ts';

/** A short run of what `npm run flood` does for long: a few seconds, a few hundred connections. */
const SHORT = { seconds: 1, scale: 0.06 };

test.each<[Target, string[]]>([
  ['listener', ['idle connections', 'compressed bombs']],
  ['gateway', ['idle connections', 'idle WebSockets', 'guessed passwords']],
])(
  'a %s under floods goes on with its real work, and holds no more memory than before',
  async (target, only) => {
    const { bytesBefore, phases } = await flood(target, { ...SHORT, only });
    expect(phases.length).toBeGreaterThan(only.length + 2);
    for (const { name, real, peakBytes } of phases) {
      // How many, and how soon, is for the command: a busy machine is no failure.
      const held = peakBytes < bytesBefore + 400 * 2 ** 20;
      expect({ name, goesOn: real.accepted > 0, held }).toEqual({ name, goesOn: true, held: true });
    }
    const refusals = phases.flatMap(({ refused, answers }) => [
      ...Object.keys(refused),
      ...Object.keys(answers),
    ]);
    expect(refusals.length).toBeGreaterThan(0);
  },
);
