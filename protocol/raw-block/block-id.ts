import { SpillwayError } from '../errors.ts';

/**
 * The block id word: the third word of every raw data block.
 *
 *     31  30..28  27   26..24    23......12  11.......0
 *     csf  CFN     S   reserved     major       minor        0x18320002 = Near, DCS, in-spill payload, schema 2
 *
 * The requirement document (rev 1.10) names the fields, their order, the values below and that CFN has three
 * bits and S one. The exact positions are not public: this table is our choice, and the only place to correct it.
 */
const FIELDS = {
  csf: { shift: 31, bits: 1 },
  detector: { shift: 28, bits: 3 },
  source: { shift: 27, bits: 1 },
  reserved: { shift: 24, bits: 3 },
  major: { shift: 12, bits: 12 },
  minor: { shift: 0, bits: 12 },
} as const satisfies Record<string, Field>;

interface Field {
  readonly shift: number;
  readonly bits: number;
}

/** The five fields the document lists. */
export interface BlockId {
  /** Simulation flag: 0 is real data. */
  readonly csf: number;
  /** CFN bits, see `DetectorCode`. */
  readonly detector: number;
  /** S bit, see `SourceCode`. */
  readonly source: number;
  /** What the block holds, see `Major`. 0x300 to 0x3ff belong to the beam. */
  readonly major: number;
  /** Version of the block's schema, see `Minor`. */
  readonly minor: number;
}

/** Which detector a block belongs to, in words; `DetectorCode` has the CFN bits. */
export const Detector = { near: 'near', far: 'far', calDet: 'caldet' } as const;
export type Detector = (typeof Detector)[keyof typeof Detector];

/** CFN bits. Near is stated for beam blocks; all three codes are those of the rotorooter's C interface. */
export const DetectorCode = { near: 1, far: 2, caldet: 4 } as const satisfies Record<Detector, number>;

/** S bit: beam data counts as coming from the detector control system. */
export const SourceCode = { daq: 0, dcs: 1 } as const;

/** Major ids in use, out of the range reserved for the beam. */
export const Major = { header: 0x310, payloadIn: 0x320, payloadOut: 0x330 } as const;

/** Schema versions: 2003 without device times, and revision 1.10 of August 2004 with them. */
export const Minor = { withoutDeviceTimes: 1, withDeviceTimes: 2 } as const;
export type Minor = (typeof Minor)[keyof typeof Minor];

const most = ({ bits }: Field): number => (1 << bits) - 1;

const put = (name: keyof typeof FIELDS, field: Field, value: number): number => {
  if (!Number.isInteger(value) || value < 0 || value > most(field)) {
    throw new SpillwayError(
      'BLOCK_UNENCODABLE',
      `block id: ${name} is ${value}, it has ${field.bits} bits (0 to ${most(field)})`,
    );
  }
  return value << field.shift;
};

const get = (field: Field, word: number): number => (word >>> field.shift) & most(field);

/** @throws SpillwayError BLOCK_UNENCODABLE when a field does not fit its bits. */
export const encodeBlockId = (id: BlockId): number =>
  (put('csf', FIELDS.csf, id.csf) |
    put('detector', FIELDS.detector, id.detector) |
    put('source', FIELDS.source, id.source) |
    put('major', FIELDS.major, id.major) |
    put('minor', FIELDS.minor, id.minor)) >>>
  0;

/** @throws SpillwayError BLOCK_MALFORMED when a reserved bit is set: another layout than this table. */
export function decodeBlockId(word: number): BlockId {
  if (get(FIELDS.reserved, word) !== 0) {
    throw new SpillwayError('BLOCK_MALFORMED', `block id ${formatBlockId(word)}: a reserved bit is set`);
  }
  return {
    csf: get(FIELDS.csf, word),
    detector: get(FIELDS.detector, word),
    source: get(FIELDS.source, word),
    major: get(FIELDS.major, word),
    minor: get(FIELDS.minor, word),
  };
}

/** `0x18320002` */
export const formatBlockId = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;

const DETECTORS: readonly (Detector | undefined)[] = Array.from({ length: 8 }, (_, code) =>
  Object.values(Detector).find(detector => DetectorCode[detector] === code),
);

/** The detector in words. @throws SpillwayError BLOCK_MALFORMED for CFN bits without a meaning. */
export function detectorOf(id: BlockId): Detector {
  const detector = DETECTORS[id.detector];
  if (detector !== undefined) return detector;
  throw new SpillwayError('BLOCK_MALFORMED', `block id: detector bits are ${id.detector}, not 1, 2 or 4`);
}
