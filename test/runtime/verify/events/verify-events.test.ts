import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MessageType } from '../../../../protocol/message.ts';
import { eventGap } from '../../../../protocol/messages/event-gap.ts';
import { rawEvent } from '../../../../protocol/messages/raw-event.ts';
import { type Reconstruction, reconstruction } from '../../../../protocol/messages/reconstruction.ts';
import { runSummary } from '../../../../protocol/messages/run-summary.ts';
import { runEnd } from '../../../../protocol/messages/run-transition.ts';
import type { ResolvedConfig } from '../../../../runtime/config/resolve.ts';
import { publish } from '../../../../runtime/host/publish.ts';
import { type EventVerification, verifyEvents } from '../../../../runtime/verify/events/verify-events.ts';
import { batchOf, startRecorder } from '../../../actors/recorder/fixtures.ts';
import { natsServer } from '../../../helpers/nats.ts';
import { clickHouse, type TestStore } from '../../../helpers/store.ts';
import { openTestNats } from '../../../helpers/streams.ts';
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts';
import { at, cluster, digestOf, type Facts, facts, LIME, NOW, rawOf, resultOf } from './camera-facts.ts';

let store: TestStore;
let databases = 0;
beforeAll(async () => {
  store = await clickHouse();
});
afterAll(() => store[Symbol.asyncDispose]());

/** Tells every stage its facts, and what is found when they are compared. */
async function verified(told: Facts): Promise<EventVerification> {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  const database = `events_${++databases}`;
  const options = { url: store.url, user: 'spillway', database };
  await using recorder = await startRecorder(options);
  const truth = join(directory.path, 'camera');
  await mkdir(truth);
  for (const [run, lines] of told.truth)
    await writeFile(
      join(truth, `run0000${run}.truth.jsonl`),
      `${lines.map(line => JSON.stringify(line)).join('\n')}\n`,
    );
  const tell = async <Body>(type: MessageType<Body>, bodies: readonly Body[]) => {
    for (const body of bodies) await publish(nats, { type, body }, [], { deadlineMs: 15_000 });
  };
  await tell(rawEvent, told.taken);
  await tell(reconstruction, told.results);
  await tell(runEnd, told.ends);
  await tell(runSummary, told.summaries);
  const record = async <Body>(stream: 'EVENT' | 'RECO', type: MessageType<Body>, bodies: readonly Body[]) => {
    const batch = batchOf(`${stream}@1`, 1, bodies);
    const messages = batch.messages.map(message => ({ ...message, type: type.type }));
    if (messages.length > 0) await recorder.lane(stream).deliver({ ...batch, messages });
  };
  await record('EVENT', rawEvent, told.listed);
  await record('RECO', reconstruction, told.recorded);
  const sections = {
    'event-intake': { detector: 'lime' },
    sentinel: { equipment: 'Trigger' },
    'run-summary': {},
    recorder: {},
  };
  const config = { store: options, actors: sections } as unknown as ResolvedConfig;
  const range = { fromMs: NOW * 1000, toMs: (NOW + 3600) * 1000, truth };
  const result = await verifyEvents(config, nats, range);
  if (!result) throw new Error('nothing was asked');
  return result;
}

test('what is at every stage once and alike is no finding; events of pedestal runs need no result', async () => {
  const result = await verified(facts());
  expect(result.findings).toEqual([]);
  expect(result).toMatchObject({
    counts: { written: 5, taken: 5, listed: 5, reconstructed: 3, recorded: 3, summarised: 1 },
    runs: 1,
    pedestalEvents: 2,
  });
  expect(result.latencyMs.reconstructed.p50).toBeLessThan(result.latencyMs.recorded.p50);
});

test('an event that the camera wrote and nobody took is lost at the first stage', async () => {
  const told = facts();
  told.taken.splice(3, 1);
  const { findings } = await verified(told);
  expect(findings).toContainEqual({
    kind: 'lost',
    stage: 'taken',
    key: 'lime run 2 Trigger 1',
    lastSeen: 'written: run00002.truth.jsonl',
  });
});

test('an event without a result is lost there, and a result without a row in the store', async () => {
  const told = facts();
  told.results.shift();
  told.recorded.splice(0, 2);
  const { findings } = await verified(told);
  expect(findings).toEqual([
    expect.objectContaining({ kind: 'lost', stage: 'reconstructed', key: 'lime run 2 Trigger 0' }),
    expect.objectContaining({ kind: 'lost', stage: 'recorded', key: 'lime run 2 Trigger 1' }),
  ]);
});

test('a body that is not the one that was written is told, and a result of another body', async () => {
  const told = facts();
  told.taken[2] = { ...rawOf(2, 0), body: { ...rawOf(2, 0).body, digest: digestOf('other') } };
  const { findings } = await verified(told);
  expect(findings.map(({ kind, stage, key }) => [kind, stage, key])).toEqual([
    ['different', 'taken', 'lime run 2 Trigger 0'],
    ['different', 'listed', 'lime run 2 Trigger 0'],
    ['different', 'reconstructed', 'lime run 2 Trigger 0'],
  ]);
});

test('rows that are there twice are told, and rows that tell of other clusters', async () => {
  const told = facts();
  const [first, second] = told.recorded as [Reconstruction, Reconstruction];
  const [picture] = second.pictures;
  told.recorded = [
    first,
    first,
    { ...second, pictures: [{ ...picture!, clusters: [cluster(50), cluster(99)] }] },
    ...told.recorded.slice(2),
  ];
  told.listed.push(told.listed[0]!);
  const { findings } = await verified(told);
  expect(findings.map(({ kind, stage, key }) => [kind, stage, key])).toEqual([
    ['duplicated', 'listed', 'lime run 1 Trigger 0'],
    ['duplicated', 'recorded', 'lime run 2 Trigger 0'],
    ['different', 'recorded', 'lime run 2 Trigger 1'],
  ]);
});

test('a run whose latest summary is not complete is told, and one without any', async () => {
  const told = facts();
  told.summaries.pop();
  expect((await verified(told)).findings).toMatchObject([
    { kind: 'different', stage: 'summarised', key: 'lime run 2' },
  ]);
  told.summaries.pop();
  expect((await verified(told)).findings).toMatchObject([
    { kind: 'lost', stage: 'summarised', key: 'lime run 2' },
  ]);
});

test('the last event of a run that was never ended may be missing in the file; one before it may not', async () => {
  const told = facts();
  told.truth.get(2)?.pop();
  for (const list of [told.taken, told.listed, told.results, told.recorded]) list.pop();
  told.ends.pop();
  expect((await verified(told)).findings).toEqual([]);
  told.taken.pop();
  expect((await verified(told)).findings).toContainEqual(
    expect.objectContaining({ kind: 'lost', stage: 'taken', key: 'lime run 2 Trigger 1' }),
  );
});

test('runs of which the front end tells no more are compared from the stream on', async () => {
  const told = facts();
  told.truth.delete(1);
  const { findings, counts } = await verified(told);
  expect(findings).toEqual([]);
  expect(counts).toMatchObject({ written: 3, taken: 5 });
});

test('an event that nobody wrote is told', async () => {
  const told = facts();
  const extra = rawOf(2, 9);
  told.taken.push(extra);
  told.listed.push(extra);
  told.results.push(resultOf(extra));
  told.recorded.push(resultOf(extra));
  expect((await verified(told)).findings).toMatchObject([
    { kind: 'duplicated', stage: 'taken', key: 'lime run 2 Trigger 9', expected: 0 },
  ]);
});

test('serials that the front end left out are counted, and are no loss of ours', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const gap = {
    ...LIME,
    run: 2,
    equipment: 'Trigger',
    kind: 'missing',
    first: 3,
    last: 6,
    reason: 'left out',
    at: at(20),
  } as const;
  await publish(nats, { type: eventGap, body: gap }, [], { deadlineMs: 15_000 });
  const config = { actors: { 'event-intake': { detector: 'lime' } } } as unknown as ResolvedConfig;
  const range = { fromMs: NOW * 1000, toMs: (NOW + 3600) * 1000, truth: undefined };
  expect(await verifyEvents(config, nats, range)).toMatchObject({
    missingSerials: 4,
    findings: [],
    counts: { taken: 0 },
  });
});

test('without an intake there is nothing to compare', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const config = { actors: {} } as unknown as ResolvedConfig;
  expect(await verifyEvents(config, nats, { fromMs: 0, toMs: 1, truth: undefined })).toBeUndefined();
});
