/**
 * MIDAS files and events, as CYGNO's data acquisition writes them.
 *
 *     file    = events back to back                                             read.ts
 *     event   = id, mask, serial, time, size | body                             header.ts, event.ts, encode.ts
 *     body    = size of banks, flags | bank | bank | ...                        banks.ts, bank-type.ts
 *             = the ODB at begin and end of run, a message                      odb.ts
 *     CYGNO's own banks: camera pictures, waveforms, slow control               cygno/
 *
 * Everything is little-endian. There is no mark and no checksum anywhere, so that what is wrong shows only in sizes,
 * flags and names that contradict each other. `midas_file.ksy` tells the same to Kaitai Struct.
 *
 * Sources: the MIDAS wiki's page "Event Structure" and MIDAS' own Python library; what only the data acquisition of CYGNO does
 * is `reference/cygno.md`, section B. What they leave open, and so is ours: limits, and what counts as malformed.
 */

export { type BankType, bankElements, type Elements, TYPES } from './bank-type.ts';
export { type Bank, BankKind, bankValues, findBank } from './banks.ts';
export { encodeDataEvent, encodeTextEvent, type WrittenBank } from './encode.ts';
export { decodeDataBanks, decodeEvent, type MidasEvent, type TakenEvent, takeEvent } from './event.ts';
export { EVENT_HEADER_BYTES, type EventHeader, EventId } from './header.ts';
export { type Odb, odbNumber, odbText, odbValue, readOdb } from './odb.ts';
export {
  type BadEvent,
  DEFAULT_LIMITS,
  type MidasLimits,
  readEvents,
  readUnits,
  type StreamedEvent,
} from './read.ts';
