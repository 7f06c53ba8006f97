import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ERRORS, type ErrorCode, SpillwayError } from '../../../protocol/errors.ts';
import { onDelivery, onError } from '../../../runtime/host/work-policy.ts';

test('what is not written down has cost nothing, however often the message came', () => {
  expect(onDelivery(undefined, 3)).toEqual({ do: 'work', attempt: 1 });
  expect(onDelivery(0, 3)).toEqual({ do: 'work', attempt: 1 });
});

test('a message that has cost all its attempts is not worked on again: its last instance has vanished', () => {
  expect(onDelivery(2, 3)).toEqual({ do: 'work', attempt: 3 });
  expect(onDelivery(3, 3)).toMatchObject({ do: 'give up', attempts: 3, error: { code: 'ACTOR_CRASHED' } });
  expect(onDelivery(5, 3)).toMatchObject({ do: 'give up', attempts: 5 });
});

test('an outage is waited out; what failed comes again until the attempts are used up', () => {
  const away = new SpillwayError('EVENT_STORE_AWAY', 'not there');
  expect(onError(away, 3, 3)).toBe('retry');
  const damaged = new SpillwayError('EVENT_BODY_DAMAGED', 'not what it was');
  expect([1, 2, 3].map(attempt => onError(damaged, attempt, 3))).toEqual(['next', 'next', 'give up']);
});

test('an error that nobody has classified is no outage: it would hold a slot for ever', () => {
  const mistake = new SpillwayError('UNKNOWN', 'undefined is not a function');
  expect(onError(mistake, 1, 3)).toBe('next');
  expect(onError(mistake, 3, 3)).toBe('give up');
});

const OUTAGE_FREE = (Object.keys(ERRORS) as ErrorCode[]).filter(
  code => onError(new SpillwayError(code, ''), 1, 1) !== 'retry',
);

/** One delivery as seen from outside. */
const fate = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('vanishes', 'is handed back', 'is lost on the way') },
  fc.constantFrom(...OUTAGE_FREE),
);

/** What becomes of a message, delivery by delivery, written down as a work lane writes it. */
function lifeOf(fates: readonly string[], attempts: number) {
  let spent: number | undefined;
  let ended = 0;
  let again = false;
  for (const what of fates) {
    if (what !== 'is lost on the way') {
      const verdict = onDelivery(spent, attempts);
      if (verdict.do === 'give up') return { ended, givenUpAfter: verdict.attempts };
      if (again) spent = verdict.attempt;
      if (what === 'is handed back') spent = verdict.attempt - 1;
      else ended++;
      if (what in ERRORS) {
        spent = verdict.attempt;
        const error = new SpillwayError(what as ErrorCode, '');
        if (onError(error, verdict.attempt, attempts) === 'give up') return { ended, givenUpAfter: spent };
      }
    }
    again = true;
  }
  return { ended, givenUpAfter: undefined };
}

test('whatever happens to it, a message has all its attempts and at most one more', () => {
  fc.assert(
    fc.property(fc.array(fate, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (fates, attempts) => {
      const { ended, givenUpAfter = attempts } = lifeOf(fates, attempts);
      expect(ended).toBeLessThanOrEqual(attempts + 1);
      expect(givenUpAfter).toBe(attempts);
    }),
  );
});

test('a message is given up only after as many attempts as it may have', () => {
  fc.assert(
    fc.property(fc.array(fate, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (fates, attempts) => {
      const { ended, givenUpAfter } = lifeOf(fates, attempts);
      expect(givenUpAfter === undefined || ended >= attempts).toBe(true);
    }),
  );
});
