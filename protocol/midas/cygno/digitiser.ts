import { SpillwayError } from '../../errors.ts';
import { type Bank, bankValues, findBank } from '../banks.ts';

/** A digitiser board, and what it recorded during one picture. */
export interface Digitiser {
  /** CAEN model: 1742 is the fast one, 1720 the slow one. */
  readonly model: number;
  /** Samples of a waveform. */
  readonly samples: number;
  readonly channels: number;
  /** How often the board was triggered during the picture. */
  readonly triggers: number;
  /** Values that a sample can have: 4096 for 12 bits. */
  readonly levels: number;
  /** As in the header, in a unit that depends on the model. */
  readonly sampling: number;
  /** Time between samples in ns; `null` for a model unknown here. */
  readonly sampleNs: number | null;
  /** Setting of the offset converter per channel, 16 bits: 65536 x offset + 32768. */
  readonly dcOffsets: Uint32Array;
  /** Per trigger, in units of `TIME_TAG_NS`. */
  readonly timeTags: Uint32Array;
  /** Capacitor at which each waveform of a 1742 starts, which its correction needs; `null` for other models. */
  readonly startCells: Uint32Array | null;
  /** All samples: per trigger, per channel, in time. A view into the event where it is aligned. */
  readonly waveforms: Uint16Array;
}

/** Unit of a trigger's time tag, in ns (cygno.md B2). */
export const TIME_TAG_NS = 8.5;

/** From when on a trigger is seen by all rows of the picture, in ns; until when is the exposure (cygno.md B2). */
export const ALL_ROWS_OPEN_NS = 180e6;

/** Channels of the boards in use (cygno.md B2). */
export const CHANNELS = { trigger: 0, pmts: [1, 2, 3, 4], gems: [5, 6, 7] } as const;

const HEAD_WORDS = 6;
/** The most boards a header may tell of: more is rubbish. A VME crate has 21 slots. */
const MAX_BOARDS = 21;

/**
 * The boards of an event with the banks `DGH0` (header) and `DIG0` (samples). None when it has neither: a picture
 * that was taken free-running.
 *
 *     DGH0   boards | per board: model | samples | channels | triggers | levels | sampling
 *                     | channels x DC offset | triggers x time tag | triggers x start cell, of a 1742 only
 *
 * @throws SpillwayError MIDAS_MALFORMED when one of the two is missing or they contradict each other
 */
export function digitisers(banks: readonly Bank[]): Digitiser[] {
  const header = findBank(banks, 'DGH0');
  const data = findBank(banks, 'DIG0');
  if (!header && !data) return [];
  if (!header || !data) throw malformed(`bank ${header ? 'DGH0' : 'DIG0'} without the other`);
  const words = new Words(bankValues(header, 6));
  const samples = bankValues(data, 4);
  const boards: Digitiser[] = [];
  let at = 0;
  const [count = 0] = words.take(1, 'number of boards');
  if (count > MAX_BOARDS) throw malformed(`bank DGH0: ${count} boards`);
  for (let index = 0; index < count; index++) {
    const board = boardOf(words, index);
    const length = board.triggers * board.channels * board.samples;
    if (length > samples.length - at)
      throw malformed(
        `bank DIG0: board ${board.model} has ${length} samples, ${samples.length - at} are left`,
      );
    boards.push({ ...board, waveforms: samples.subarray(at, at + length) });
    at += length;
  }
  if (words.left > 0) throw malformed(`bank DGH0: ${words.left} words left over`);
  if (at < samples.length) throw malformed(`bank DIG0: ${samples.length - at} samples left over`);
  return boards;
}

/** One waveform, in counts. */
export function waveform(board: Digitiser, trigger: number, channel: number): Uint16Array {
  const start = (trigger * board.channels + channel) * board.samples;
  return board.waveforms.subarray(start, start + board.samples);
}

/** Whether all rows of the picture saw this trigger. */
export function insideExposure(board: Digitiser, trigger: number, exposureSeconds: number): boolean {
  const ns = (board.timeTags[trigger] ?? Number.NaN) * TIME_TAG_NS;
  return ns >= ALL_ROWS_OPEN_NS && ns <= exposureSeconds * 1e9;
}

function boardOf(words: Words, index: number): Omit<Digitiser, 'waveforms'> {
  const head = words.take(HEAD_WORDS, `board ${index}`);
  const [model = 0, samples = 0, channels = 0, triggers = 0, levels = 0, sampling = 0] = head;
  const dcOffsets = words.take(channels, `offsets of board ${model}`);
  const timeTags = words.take(triggers, `time tags of board ${model}`);
  const startCells = model === 1742 ? words.take(triggers, `start cells of board ${model}`) : null;
  return {
    model,
    samples,
    channels,
    triggers,
    levels,
    sampling,
    sampleNs: sampleNs(model, sampling),
    dcOffsets,
    timeTags,
    startCells,
  };
}

/** The 1742 is told in ps, the 1720 in MHz (cygno.md B2). */
function sampleNs(model: number, sampling: number): number | null {
  if (model === 1742) return sampling / 1000;
  if (model === 1720 && sampling > 0) return 1000 / sampling;
  return null;
}

/** Words of a header, taken from the front; never more than there are. */
class Words {
  readonly #words: Uint32Array;
  #at = 0;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  get left(): number {
    return this.#words.length - this.#at;
  }

  take(count: number, what: string): Uint32Array {
    if (count > this.left) throw malformed(`bank DGH0: ${what} need ${count} words, ${this.left} are left`);
    this.#at += count;
    return this.#words.subarray(this.#at - count, this.#at);
  }
}

const malformed = (reason: string): SpillwayError => new SpillwayError('MIDAS_MALFORMED', reason);
