import { CHANNELS, type Digitiser, waveform } from '../../../protocol/midas/cygno/cygno.ts';

/** Panes beside each other. */
const MOST = 3;

/** A trigger that is shown, and its largest pulse. */
export interface Seen {
  readonly trigger: number;
  /** Channel of the pulse; its depth below the median of the record, ADC counts; and when, ns. */
  readonly channel: number;
  readonly depth: number;
  readonly atNs: number;
}

/** The triggers of a board with the deepest pulses of a photomultiplier, in the order of time. */
export function chooseTriggers(board: Digitiser): Seen[] {
  const pmts = CHANNELS.pmts.filter(channel => channel < board.channels);
  if (pmts.length === 0 || board.samples === 0) return [];
  return Array.from({ length: board.triggers }, (_, trigger) =>
    pmts.map(channel => deepest(board, trigger, channel)).reduce((a, b) => (b.depth > a.depth ? b : a)),
  )
    .toSorted((a, b) => b.depth - a.depth || a.trigger - b.trigger)
    .slice(0, MOST)
    .toSorted((a, b) => a.trigger - b.trigger);
}

/** Light makes the voltage fall. */
function deepest(board: Digitiser, trigger: number, channel: number): Seen {
  const samples = waveform(board, trigger, channel);
  let lowest = 0;
  for (let at = 1; at < samples.length; at++)
    if ((samples[at] as number) < (samples[lowest] as number)) lowest = at;
  const median = samples.toSorted()[samples.length >> 1] as number;
  return {
    trigger,
    channel,
    depth: median - (samples[lowest] as number),
    atNs: lowest * sampleNsOf(board),
  };
}

/** Time between samples; of a model unknown here a sample counts as a nanosecond, and the axis says samples. */
export const sampleNsOf = ({ sampleNs }: Digitiser): number => sampleNs ?? 1;
