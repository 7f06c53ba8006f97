import { afterAll, beforeAll, expect, test } from 'vitest';
import { clickHouse, type TestStore } from '../../helpers/store.ts';
import { readingsOf } from '../../helpers/streams.ts';
import { recordOf } from '../rotorooter/helpers.ts';
import { batchOf, startRecorder } from './fixtures.ts';

let store: TestStore;
beforeAll(async () => {
  store = await clickHouse();
});
afterAll(() => store[Symbol.asyncDispose]());

test('the ledger is told what is in the store, under the token of the batch, once however often it is brought', async () => {
  await using recorder = await startRecorder(store.options('told'));
  const batch = batchOf('BEAM@1', 5, [readingsOf(1), readingsOf(2)]);
  await recorder.lane('BEAM').deliver(batch);
  await recorder.lane('BEAM').deliver({ ...batch, again: true });
  const bytes = { ...recordOf(1), spillCount: 1, inOut: 'in', time: { seconds: 1, nanoseconds: 0 } };
  await recorder.lane('SPILL').deliver(batchOf('SPILL@1', 9, [bytes]));
  const told = recorder.published.map(({ type, body }) => [
    type.identity(body),
    (body as { count: number }).count,
  ]);
  expect(told).toEqual([
    ['stored:BEAM@1:5-6', 2],
    ['stored:BEAM@1:5-6', 2],
    ['stored:SPILL@1:9-9', 1],
  ]);
});
