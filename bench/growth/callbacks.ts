import { type BeamRecord, decodeRecord, encodeRecord } from '../../protocol/raw-block/raw-block.ts';
import { decodeCall, encodeCall } from '../../protocol/xml-rpc/xml-rpc.ts';
import { METHOD } from '../comparisons/numi.ts';
import { seeded } from '../sentinel/pictures.ts';
import { microseconds, type Row, told } from './measured.ts';

/** NuMI has 60 devices with 29 values each on average. */
const SIZES = [
  [15, 29],
  [60, 29],
  [240, 29],
  [960, 29],
  [60, 1],
  [60, 116],
  [60, 464],
] as const;

const SECONDS = 1_104_537_600;

/** A callback and its record by devices and values each. */
export function* callbacks(): Generator<Row> {
  for (const [devices, each] of SIZES) {
    const random = seeded(1);
    const values = Array.from({ length: devices }, () =>
      Float64Array.from({ length: each }, () => Math.round(20_000 * (random() - 0.5)) / 10_000),
    );
    const document = encodeCall(METHOD, [
      {
        id: 'bench-1',
        event: 'A9',
        sequence: 1,
        seconds: SECONDS,
        nanoseconds: 0,
        readings: values.map((scaled, n) => ({
          name: nameOf(n),
          units: 'V',
          status: 0,
          scaled,
          seconds: SECONDS,
          milliseconds: 12,
        })),
      },
    ]);
    const record: BeamRecord = {
      simulated: true,
      detector: 'near',
      time: { seconds: SECONDS, nanoseconds: 0 },
      spillCount: 1,
      inOut: 'in',
      devices: values.map((own, n) => ({
        name: nameOf(n),
        kind: 'float',
        seconds: SECONDS,
        milliseconds: 12,
        values: own,
      })),
    };
    const packed = encodeRecord(record, { minor: 2 });
    yield {
      devices: told(devices),
      'values each': told(each),
      values: told(devices * each),
      'callback kB': told(document.length / 1000),
      'decode us': told(microseconds(() => decodeCall(document))),
      'pack us': told(microseconds(() => encodeRecord(record, { minor: 2 }))),
      'unpack us': told(microseconds(() => decodeRecord(packed))),
    };
  }
}

const nameOf = (n: number): string => `E:D${String(n).padStart(4, '0')}`;
