import {
  blockChecksum,
  type DecodedRecord,
  decodeRecord,
  encodeRecord,
  Minor,
} from '../../../protocol/raw-block/raw-block.ts';
import { anyMinor, anyRecord } from '../../protocol/raw-block/arbitrary.ts';
import type { Target } from '../target.ts';
import { drawn, mustEqual, mustEqualBytes } from './same.ts';

const CHECKSUM_AT = 4;

export const rawBlock: Target = {
  name: 'raw-block',
  refuses: ['BLOCK_MALFORMED', 'BLOCK_CHECKSUM'],
  seeds: () => {
    const device = { name: 'E:TRTGTD', seconds: 1_116_618_240, milliseconds: 7 };
    const record = {
      simulated: true,
      detector: 'near',
      time: { seconds: 1_116_618_240, nanoseconds: 5 },
      spillCount: 9,
      inOut: 'in',
    } as const;
    const devices = [
      { ...device, kind: 'float', values: [25.5, -1] } as const,
      { ...device, name: 'E:HADMU', kind: 'int', values: [-1, 2] } as const,
    ];
    return [Minor.withoutDeviceTimes, Minor.withDeviceTimes].map(minor =>
      encodeRecord({ ...record, devices }, { minor }),
    );
  },
  generate: random => encodeRecord(drawn(anyRecord, random), { minor: drawn(anyMinor, random) }),
  repair: sealed,
  take(input) {
    const record = decodeRecord(input);
    const { minor, devices, ...rest } = record;
    const written = devices.map(({ seconds, milliseconds, ...device }) => ({
      ...device,
      seconds: seconds ?? 0,
      milliseconds: milliseconds ?? 0,
    }));
    const again = encodeRecord({ ...rest, devices: written }, { minor: minor as Minor });
    // As plain numbers: typed arrays are compared by their bits.
    mustEqual('record', plain(record), plain(decodeRecord(again)));
    // JavaScript has one NaN: the bits of another do not come back.
    const withNaN = devices.some(({ values }) => values.some(Number.isNaN));
    if (!withNaN) mustEqualBytes('record', input, again);
  },
};

/** Checksums that match whatever the blocks hold now, so that a change gets behind them. */
function sealed(input: Uint8Array): Uint8Array {
  const bytes = Buffer.from(input);
  for (let start = 0; start + 12 <= bytes.length; ) {
    const size = bytes.readUInt32LE(start) * 4;
    if (size < 12 || start + size > bytes.length) break;
    bytes.writeUInt32LE(blockChecksum(bytes.subarray(start, start + size)), start + CHECKSUM_AT);
    start += size;
  }
  return bytes;
}

const plain = ({ devices, ...rest }: DecodedRecord) => ({
  ...rest,
  devices: devices.map(({ values, ...device }) => ({ ...device, values: [...values] })),
});
