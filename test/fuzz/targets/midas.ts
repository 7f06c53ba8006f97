import { compileSlowControl } from '../../../protocol/detector/slow-control.ts';
import { slowReadingsOf } from '../../../protocol/detector/slow-readings.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import { slowReadings } from '../../../protocol/messages/readings.ts';
import { digitisers, pictures } from '../../../protocol/midas/cygno/cygno.ts';
import { bankValues, decodeEvent, encodeDataEvent, readOdb } from '../../../protocol/midas/midas.ts';
import { readDetectorFile } from '../../../runtime/config/detector-file.ts';
import { anyWritten, bytesOf } from '../../protocol/midas/arbitrary.ts';
import type { Target } from '../target.ts';
import { drawn, mustEqual } from './same.ts';

const SLOW_CONTROL = compileSlowControl(readDetectorFile());

const HEADER = { id: 1, triggerMask: 0, serial: 17, time: 1_700_000_000 };

/** A small event like the detector's: a picture, two boards' waveforms. */
const trigger = () =>
  encodeDataEvent(HEADER, '32', [
    { name: 'CAM0', type: 4, values: new Uint16Array(16).fill(100) },
    {
      name: 'DGH0',
      type: 6,
      values: Uint32Array.of(2, 1742, 8, 2, 1, 4096, 1333, 0, 0, 9, 5, 1720, 4, 1, 1, 4096, 250, 0, 9),
    },
    { name: 'DIG0', type: 4, values: new Uint16Array(20) },
  ]);

const environment = () =>
  encodeDataEvent({ ...HEADER, id: 5 }, '16', [
    { name: 'INPT', type: 9, values: new Float32Array(24).fill(12) },
  ]);

/** What reads an event's banks may refuse them, and only so. */
function readBanks(read: () => unknown): void {
  try {
    read();
  } catch (thrown) {
    if (!(thrown instanceof SpillwayError && thrown.code === 'MIDAS_MALFORMED')) throw thrown;
  }
}

export const midas: Target = {
  name: 'midas',
  refuses: ['MIDAS_MALFORMED', 'MIDAS_TRUNCATED'],
  seeds: () => [trigger(), environment()],
  generate: random => bytesOf(drawn(anyWritten, random)),
  take(input) {
    const event = decodeEvent(input);
    if (event.kind !== 'data') return;
    readBanks(() => pictures(event.banks));
    readBanks(() => digitisers(event.banks));
    const equipment = SLOW_CONTROL.get(event.header.id);
    const time = { seconds: event.header.time, nanoseconds: 0 };
    if (equipment)
      slowReadings.decode(slowReadings.encode(slowReadingsOf('lime', equipment, time, event.banks)));
    for (const bank of event.banks) readBanks(() => bankValues(bank));
    const written = event.banks.map(({ name, type, bytes }) => ({ name, type, values: bytes }));
    const again = decodeEvent(encodeDataEvent(event.header, event.bankKind, written));
    if (again.kind !== 'data') throw new TypeError(`data came back as ${again.kind}`);
    mustEqual('banks', event.banks.map(shape), again.banks.map(shape));
  },
};

const shape = ({ name, type, bytes }: { name: string; type: number; bytes: Uint8Array }) => [
  name,
  type,
  Buffer.from(bytes).toString('hex'),
];

export const odb: Target = {
  name: 'odb',
  refuses: [],
  words: [
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '1,5e+01',
    '"0x2a"',
    '\\u0000',
    '\u0001',
    '/key',
    'NaN',
    '\\"',
    'null',
  ],
  seeds: () => [
    Buffer.from(
      '{"Runinfo":{"State/key":{"type":7},"State":3,"Run number":42901,"Note":"a \u0001 b","Exposure":6,6584000000000003e+01}}\0',
    ),
    Buffer.from('{"Equipment":{"HV":{"Variables":{"Demand":[1e3,2.5],"Measured":["0x2a",NaN]}}}}'),
  ],
  take(input) {
    readOdb(input);
  },
};
