import type { StreamName } from '../../protocol/subjects.ts';

/** Streams of which every message is entered. Of equally old messages that of the stream named first comes first. */
export const AUDITED = [
  'BEAM',
  'SPILL',
  'LEDGER',
  'EVENT',
  'RUN',
  'RECO',
  'SUMMARY',
  'DEAD',
] as const satisfies readonly StreamName[];
