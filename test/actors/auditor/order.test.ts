import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, event, Keeper, letter, reached, readings, record, result, T0 } from './books.ts';

/** What becomes of a spill: packed or passed by; filed or refused. */
const spill = fc.record({
  minute: fc.integer({ min: 0, max: 2 }),
  packed: fc.boolean(),
  refused: fc.boolean(),
  isNumbered: fc.boolean(),
});

const order = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 400, maxLength: 400 });

/** Each stream in its own order, one beside the other as the random numbers have it. */
function interleaved(streams: readonly (readonly Entry[])[], choices: readonly number[]): Entry[] {
  const left = streams.map(entries => [...entries]).filter(entries => entries.length > 0);
  const all: Entry[] = [];
  for (let at = 0; left.length > 0; at++) {
    const chosen = (choices[at % choices.length] ?? 0) % left.length;
    const [one] = left[chosen]?.splice(0, 1) ?? [];
    if (one) all.push(one);
    if (left[chosen]?.length === 0) left.splice(chosen, 1);
  }
  return all;
}

const last = <T>(told: readonly T[], keyOf: (one: T) => string): Map<string, T> =>
  new Map(told.map(one => [keyOf(one), one]));

test('accounts say the same however streams interleave and wherever the auditor dies, and count every message once', () => {
  fc.assert(
    fc.property(
      fc.array(spill, { minLength: 1, maxLength: 40 }),
      fc.array(fc.boolean(), { maxLength: 20 }),
      order,
      order,
      (spills, events, one, other) => {
        const beam = spills.map(({ minute, isNumbered }, n) =>
          readings(n + 1, T0 + minute * 60_000 + n * 1_000, isNumbered ? n + 1 : null),
        );
        const from = spills.flatMap(({ packed }, n) => (packed ? [n + 1] : []));
        const records = from.map((cause, n) => record(n + 1, cause));
        const letters = from.flatMap((cause, n) =>
          spills[cause - 1]?.refused ? [letter('rotorooter-feed', 'SPILL', n + 1, 'BLOCK_CHECKSUM')] : [],
        );
        const ledger = [
          ...records.map((_, n) => reached('filed', 'SPILL', n + 1, n + 1)),
          ...(records.length > 0 ? [reached('stored', 'SPILL', 1, records.length)] : []),
          reached('stored', 'BEAM', 1, beam.length),
        ];
        const taken = events.map((_, serial) => event(serial + 1, serial));
        const results = events
          .flatMap((has, serial) => (has ? [serial] : []))
          .map((serial, n) => result(n + 1, serial));
        const play = (choices: readonly number[], dies: boolean) => {
          const keeper = new Keeper();
          // Of a run the events come first: what was made of one that nobody has met is not of any account.
          for (const entry of taken) keeper.enter(entry);
          for (const [n, entry] of interleaved(
            [beam, records, ledger, letters, results],
            choices,
          ).entries()) {
            keeper.enter(entry);
            keeper.pass((choices[n % choices.length] ?? 0) / 200);
            if (dies && (choices[n % choices.length] ?? 0) % 3 === 0) keeper.restart();
          }
          keeper.pass(4 * 3_600_000);
          return keeper;
        };
        const [first, second, third] = [play(one, false), play(other, true), play(one, true)];
        // A replay from snapshots is the same to the last bit.
        expect(JSON.stringify(third.told.map(({ body }) => body))).toBe(
          JSON.stringify(first.told.map(({ body }) => body)),
        );
        const [counts, again] = [first, second].map(({ accounts, discrepancies }) => ({
          accounts: [...last(accounts, ({ account }) => account).values()]
            .map(({ account, counts: told, complete }) => ({ account, told, complete }))
            .toSorted((a, b) => (a.account < b.account ? -1 : 1)),
          gaps: [...last(discrepancies, ({ discrepancy }) => discrepancy).values()]
            .map(({ discrepancy, state, count, causes }) => ({ discrepancy, state, count, causes }))
            .toSorted((a, b) => (a.discrepancy < b.discrepancy ? -1 : 1)),
        }));
        const missing = (gaps: typeof counts) =>
          gaps?.gaps.filter(({ discrepancy }) => !discrepancy.includes('received'));
        expect(
          again?.accounts.map(({ account, told }) => [
            account,
            told.received,
            told.made,
            told.filed,
            told.refused,
          ]),
        ).toEqual(
          counts?.accounts.map(({ account, told }) => [
            account,
            told.received,
            told.made,
            told.filed,
            told.refused,
          ]),
        );
        expect(missing(again)).toEqual(missing(counts));
        const received = counts?.accounts
          .filter(({ account }) => account.startsWith('beam/'))
          .reduce((sum, { told }) => sum + told.received, 0);
        expect(received).toBe(spills.length);
        for (const keeper of [first, second])
          for (const told of Map.groupBy(keeper.accounts, ({ account }) => account).values())
            expect(told.map(({ version }) => version)).toEqual(told.map((_, n) => n + 1));
      },
    ),
    { numRuns: 60 },
  );
});
