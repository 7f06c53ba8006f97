import { type Digitiser, insideExposure } from '../../../protocol/midas/cygno/cygno.ts';
import { canvasOf, drawOver, encodePng } from './canvas.ts';
import { chooseTriggers, type Seen } from './choose-triggers.ts';
import { describeWaveforms } from './describe-waveforms.ts';
import { MOST_BYTES, type Picture, type Shown } from './picture.ts';
import { THEME } from './theme.ts';
import { waveformSheet } from './waveform-sheet.ts';

/** What the digitisers recorded during one picture, to be shown. */
export interface Waveforms {
  readonly shown: Shown;
  readonly boards: readonly Digitiser[];
  /** Seconds; null when the run does not say: then no trigger is told to be inside. */
  readonly exposure: number | null;
}

/** A board and those of its triggers that are shown. */
export interface BoardSeen {
  readonly board: Digitiser;
  readonly seen: readonly (Seen & { readonly inside: boolean })[];
}

const SIZE = { width: 900, head: 66, pane: 270, foot: 14 } as const;

/**
 * Waveforms of the photomultipliers: a row for each board, a pane for each of up to three triggers, those with the largest pulses;
 * raw ADC counts over time from the begin of the record. Pure: the same input gives the same bytes.
 * @returns undefined when no board was triggered
 */
export function renderWaveforms({ shown, boards, exposure }: Waveforms): Picture | undefined {
  const rows = boards
    .map((board): BoardSeen => {
      const inside = (trigger: number) => exposure !== null && insideExposure(board, trigger, exposure);
      return { board, seen: chooseTriggers(board).map(seen => ({ ...seen, inside: inside(seen.trigger) })) };
    })
    .filter(({ seen }) => seen.length > 0);
  if (rows.length === 0) return undefined;
  const height = SIZE.head + rows.length * SIZE.pane + SIZE.foot;
  const canvas = canvasOf(SIZE.width, height, THEME.page);
  drawOver(canvas, waveformSheet(shown, rows, { ...SIZE, height }));
  return {
    png: encodePng(canvas, MOST_BYTES),
    width: SIZE.width,
    height,
    text: describeWaveforms(shown, rows),
  };
}
