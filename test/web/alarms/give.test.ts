import { expect, test } from 'vitest';
import { give, orderOf } from '../../../web/alarms/give.ts';
import { ApiError } from '../../../web/net/answers.ts';
import { alarm } from '../../actors/gateway/harness.ts';

const order = orderOf('acknowledge', alarm('a/x', { transition: 7 }), { note: 'mine' });
const failing = (thrown: unknown) => ({ command: () => Promise.reject(thrown) });

test('what was seen goes with it, so that nothing is done to what an alarm has become', async () => {
  const asked: unknown[] = [];
  const command = (...words: unknown[]) => {
    asked.push(words);
    return Promise.resolve({ done: true, message: 'acknowledged' });
  };
  await expect(give({ command }, order)).resolves.toMatchObject({ kind: 'done' });
  expect(asked).toEqual([['a/x', 'acknowledge', { note: 'mine', id: order.id, expected: 7 }]]);
});

test('an alarm that has moved on comes back as it is now', async () => {
  const now = alarm('a/x', { transition: 8, to: 'acknowledged' });
  const moved = new ApiError(409, 'COMMAND_STALE', 'it has moved on', now);
  await expect(give(failing(moved), order)).resolves.toMatchObject({ kind: 'moved', now });
});

test('stored without an answer, not known, and refused are told apart', async () => {
  const waiting = { command: () => Promise.resolve({ done: false, message: 'stored' }) };
  const kinds = await Promise.all(
    [
      waiting,
      failing(new TypeError('Failed to fetch')),
      failing(new ApiError(503, 'PUBLISH_FAILED', 'not confirmed')),
      failing(new ApiError(409, 'COMMAND_REFUSED', 'it is acknowledged')),
    ].map(async api => (await give(api, order)).kind),
  );
  expect(kinds).toEqual(['waiting', 'unsure', 'unsure', 'refused']);
});
