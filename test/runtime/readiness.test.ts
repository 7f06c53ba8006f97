import { expect, test } from 'vitest';
import { ActorState, type Health } from '../../protocol/messages/health.ts';
import { serveMetrics } from '../../runtime/metrics.ts';
import { notReady } from '../../runtime/readiness.ts';
import { heartbeat } from '../actors/recorder/fixtures.ts';

const recorderIn = (state: ActorState, over: Partial<Health> = {}): Health => ({
  ...heartbeat,
  state,
  ...over,
});

test.each([
  [ActorState.running, {}, []],
  [ActorState.starting, { figures: { standingBy: 1 } }, []],
  [ActorState.starting, {}, ['recorder: starting']],
  [ActorState.failing, { lastError: 'STORE_AWAY: away' }, ['recorder: failing, STORE_AWAY: away']],
  // An error of an hour ago is no reason.
  [ActorState.draining, { lastError: 'STORE_AWAY: away' }, ['recorder: draining']],
  [ActorState.stopped, {}, ['recorder: stopped']],
])('an actor that is %s %j is ready, or says why not: %j', (state, over, said) => {
  expect(notReady(['recorder'], [recorderIn(state, over)])).toEqual(said);
});

test('a process is ready when all of its actors are, and lives before any is', async () => {
  const beats: Health[] = [];
  await using server = await serveMetrics('127.0.0.1:0', () => beats, ['recorder', 'spill-packer']);
  const asked = async (path: string) => {
    const answer = await fetch(new URL(path, server.url));
    return [answer.status, await answer.text()];
  };
  expect(await asked('/healthz')).toEqual([200, 'ok\n']);
  expect(await asked('/readyz')).toEqual([503, 'recorder: not started\nspill-packer: not started\n']);
  beats.push(recorderIn(ActorState.running));
  expect(await asked('/readyz')).toEqual([503, 'spill-packer: not started\n']);
  beats.push(recorderIn(ActorState.starting, { actor: 'spill-packer', figures: { standingBy: 1 } }));
  expect(await asked('/readyz')).toEqual([200, 'ok\n']);
});
