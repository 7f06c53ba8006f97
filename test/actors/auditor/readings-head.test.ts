import { expect, test } from 'vitest';
import { readHead } from '../../../actors/auditor/readings-head.ts';
import { seenIn } from '../../../actors/auditor/seen.ts';
import { encodeJson, HEADERS } from '../../../protocol/message.ts';
import { readings } from '../../../protocol/messages/readings.ts';
import { readingsOf } from '../../helpers/streams.ts';

const HEAD = { source: 'bd', trigger: 'A9', inOut: 'in', at: 1_700_000_007_000, number: null };
const body = readingsOf(7, {
  problems: [{ device: 'E:A', code: 'DEVICE_MISSING', detail: 'a text with ,"devices":[ in it' }],
});

test('the head of readings is read without their values, whoever wrote them and in whatever order', () => {
  expect(readHead(readings.encode(body))).toEqual(HEAD);
  expect(readHead(encodeJson(body))).toEqual(HEAD);
  const callback = { registration: 'A9-1', number: 3 };
  expect(readHead(readings.encode({ ...body, callback })).number).toEqual(callback);
  expect(() => readHead(encodeJson({ ...body, source: 7 }))).toThrow(
    expect.objectContaining({ code: 'MESSAGE_MALFORMED' }),
  );
});

const header = (headers: Record<string, string>) => ({ get: (name: string) => headers[name] ?? '' });

test('whatever stands in a stream is entered as something, and a replay as what it is', () => {
  const witness = (bytes: Uint8Array, headers: Record<string, string>) =>
    seenIn('BEAM').witness?.(header(headers), bytes);
  const type = { [HEADERS.type]: readings.type };
  expect(witness(readings.encode(body), type)).toEqual({ kind: 'readings', ...HEAD });
  expect(witness(Buffer.from('{'), type)).toEqual({ kind: 'unreadable' });
  expect(witness(Buffer.from('{'), {})).toEqual({ kind: 'unreadable' });
  const replay = { ...type, [HEADERS.addressee]: 'recorder', [HEADERS.origin]: 'BEAM@1700000000000:12' };
  expect(witness(readings.encode(body), replay)).toEqual({ kind: 'again', origin: 12 });
  const name = { [HEADERS.type]: 'reconstruction/1', [HEADERS.identity]: 'lngs:lime:7:Trigger:3~1' };
  expect(seenIn('RECO').witness?.(header(name), new Uint8Array())).toEqual({
    kind: 'result',
    of: { site: 'lngs', detector: 'lime', equipment: 'Trigger', run: 7 },
    key: 2 ** 32 + 3,
  });
});
