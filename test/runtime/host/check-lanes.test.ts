import { expect, test } from 'vitest';
import { z } from 'zod';
import { wake } from '../../../protocol/messages/wake.ts';
import type { StreamName } from '../../../protocol/subjects.ts';
import { batch, fold, type Lane, watch, work } from '../../../runtime/actor.ts';
import { checkLanes } from '../../../runtime/host/check-lanes.ts';
import { numberIn } from '../../helpers/streams.ts';

const folding = (
  streams: readonly [StreamName, ...StreamName[]],
  output: StreamName,
  more: { readonly wakeAt?: () => undefined } = {},
): Lane =>
  fold<never, number>({
    streams,
    types: streams.map(stream => (stream === 'TIMER' ? wake : numberIn(stream))) as never,
    output,
    initial: 0,
    state: z.number(),
    step: state => ({ state, outputs: [], reason: 'none' }),
    ...more,
  });

const acting = (stream: StreamName, name?: string): Lane =>
  batch({
    stream,
    ...(name === undefined ? {} : { name }),
    types: [numberIn(stream)],
    maxMessages: 1,
    maxWaitMs: 0,
    deliver: async () => {},
  });

const looking = (stream: StreamName): Lane =>
  watch({ stream, types: [numberIn(stream)], from: 'now', see: () => {} });

const working = (stream: StreamName, name?: string): Lane =>
  work({
    stream,
    ...(name === undefined ? {} : { name }),
    types: [numberIn(stream)],
    concurrency: 1,
    vanishedAfterMs: 1_000,
    attempts: 3,
    work: async () => {},
  });

test('lanes that would disturb each other, or feed themselves, are refused before anything runs', () => {
  expect(() => checkLanes([folding(['BEAM', 'SPILL'], 'SPILL')])).toThrow('must not read SPILL');
  expect(() => checkLanes([folding(['BEAM'], 'SPILL'), folding(['LEDGER'], 'SPILL')])).toThrow(
    'two folds write',
  );
  expect(() => checkLanes([folding(['BEAM'], 'SPILL', { wakeAt: () => undefined })])).toThrow(
    'must read TIMER',
  );
  expect(() => checkLanes([folding(['BEAM', 'LEDGER'], 'SPILL'), acting('LEDGER')])).toThrow(
    'two lanes read LEDGER',
  );
  expect(() => checkLanes([acting('NOTICE', 'chat'), acting('NOTICE', 'chat')])).toThrow(
    'two lanes read NOTICE',
  );
  expect(() => checkLanes([working('EVENT'), working('EVENT')])).toThrow('two lanes read EVENT');
});

test('an actor that shares its work has no lane that only one instance may run', () => {
  expect(() => checkLanes([working('EVENT'), acting('RUN')])).toThrow('no other lanes but watches');
  expect(() => checkLanes([folding(['RUN'], 'SUMMARY'), working('EVENT')])).toThrow('no other lanes');
  expect(() =>
    checkLanes([working('EVENT'), working('EVENT', 'pedestals'), working('RUN'), looking('RUN')]),
  ).not.toThrow();
});

test('a work lane that could never work is refused', () => {
  const check = (more: object) => () => checkLanes([{ ...working('EVENT'), ...more }]);
  expect(check({ concurrency: 0 })).toThrow('needs a slot');
  expect(check({ attempts: 0 })).toThrow('an attempt');
  expect(check({ vanishedAfterMs: 100 })).toThrow('within 500 ms');
});

test('lanes that keep apart may run together', () => {
  const lanes = [
    folding(['BEAM', 'TIMER'], 'SPILL', { wakeAt: () => undefined }),
    folding(['LEDGER'], 'ALARM'),
    acting('NOTICE', 'chat'),
    acting('NOTICE', 'mail'),
    acting('NOTICE'),
    looking('BEAM'),
    looking('BEAM'),
  ];
  expect(() => checkLanes(lanes)).not.toThrow();
});
