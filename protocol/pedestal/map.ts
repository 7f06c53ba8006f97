import { SpillwayError } from '../errors.ts';
import type { PedestalSums } from './sums.ts';

/**
 * A pedestal as it is kept, little-endian (docs/formats.md, section 10):
 *
 *     "SPWPED" | format u16 | rows u32 | columns u32 | pictures u32 | 0 u32 | 0 u64
 *     rows x columns sums of squares f64 | rows x columns sums u32
 *
 * It holds the sums and not what follows from them: whole numbers are the same on every machine, and two maps of one
 * run can be added.
 */
export interface PedestalMap extends PedestalSums {
  /** Pixels of the sensor; `sums` and `squares` go row by row. */
  readonly rows: number;
  readonly columns: number;
  /** The map as it is kept, of which `sums` and `squares` are views; the number of pictures is put in by `pedestalMapBytes`. */
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 32;
const MAGIC = Buffer.from('SPWPED', 'latin1');
const FORMAT = 1;
const AT = { format: 6, rows: 8, columns: 12, pictures: 16 } as const;

const bytesFor = (rows: number, columns: number): number => HEADER_BYTES + 12 * rows * columns;

/** A map without a picture, whose memory is that of its file: 64 MB for 2304 x 2304. */
export function newPedestalMap(rows: number, columns: number): PedestalMap {
  const bytes = new Uint8Array(bytesFor(rows, columns));
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(AT.format, FORMAT, true);
  view.setUint32(AT.rows, rows, true);
  view.setUint32(AT.columns, columns, true);
  return viewsOf(bytes, rows, columns, 0);
}

/** The map as it is kept: its own memory, not a copy. */
export function pedestalMapBytes({ bytes, pictures }: PedestalMap): Uint8Array {
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setUint32(AT.pictures, pictures, true);
  return bytes;
}

/**
 * What was kept, as views of it where it begins at a multiple of eight bytes of its buffer.
 * @throws SpillwayError PICTURE_MALFORMED when it is no map, of another format, or of another length than it says.
 */
export function readPedestalMap(given: Uint8Array): PedestalMap {
  const bytes = given.byteOffset % 8 === 0 ? given : new Uint8Array(given);
  if (bytes.byteLength < HEADER_BYTES || !MAGIC.equals(bytes.subarray(0, MAGIC.length)))
    throw malformed(`${bytes.byteLength} bytes are no map of a pedestal`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = view.getUint16(AT.format, true);
  if (format !== FORMAT) throw malformed(`a map of format ${format}, ${FORMAT} is read here`);
  const rows = view.getUint32(AT.rows, true);
  const columns = view.getUint32(AT.columns, true);
  if (bytes.byteLength !== bytesFor(rows, columns))
    throw malformed(
      `a map of ${rows} x ${columns} pixels in ${bytes.byteLength} bytes, not ${bytesFor(rows, columns)}`,
    );
  return viewsOf(bytes, rows, columns, view.getUint32(AT.pictures, true));
}

function viewsOf(bytes: Uint8Array, rows: number, columns: number, pictures: number): PedestalMap {
  const pixels = rows * columns;
  const start = bytes.byteOffset + HEADER_BYTES;
  return {
    rows,
    columns,
    pictures,
    bytes,
    squares: new Float64Array(bytes.buffer, start, pixels),
    sums: new Uint32Array(bytes.buffer, start + 8 * pixels, pixels),
  };
}

const malformed = (reason: string): SpillwayError => new SpillwayError('PICTURE_MALFORMED', reason);
