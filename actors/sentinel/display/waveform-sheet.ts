import { nice, ticks } from 'd3-array';
import { CHANNELS, type Digitiser, TIME_TAG_NS, waveform } from '../../../protocol/midas/cygno/cygno.ts';
import { sampleNsOf } from './choose-triggers.ts';
import { countOf, eventOf, momentOf, type Shown } from './picture.ts';
import type { BoardSeen } from './render-waveforms.ts';
import { line, px, sheet, write } from './svg.ts';
import { LINE_COLORS, THEME } from './theme.ts';
import { tracePath } from './trace-path.ts';

interface Size {
  readonly width: number;
  readonly height: number;
  readonly head: number;
  readonly pane: number;
}

const MARGIN = { left: 62, right: 16, top: 26, bottom: 48, between: 14 } as const;
const SMALL = { size: 12, fill: THEME.faint } as const;

/** Everything on a page of waveforms. */
export const waveformSheet = (shown: Shown, rows: readonly BoardSeen[], size: Size): string =>
  sheet(
    size.width,
    size.height,
    write(16, 30, `${shown.detector}  ·  run ${shown.run}  ·  ${eventOf(shown)}`, { size: 21, bold: true }),
    write(size.width - 16, 30, momentOf(shown), { size: 15, anchor: 'end' }),
    write(16, 52, `${shown.site}, waveforms of the photomultipliers`, { fill: THEME.faint }),
    legend(rows, size.width),
    ...rows.map((row, index) => boardRow(row, size.head + index * size.pane, size)),
  );

const pmtsOf = ({ channels }: Digitiser): readonly number[] =>
  CHANNELS.pmts.filter(channel => channel < channels);
const colorOf = (channel: number): string =>
  LINE_COLORS[CHANNELS.pmts.findIndex(one => one === channel)] ?? THEME.text;

/** Which colour is which photomultiplier, at the right of the second line. */
function legend(rows: readonly BoardSeen[], width: number): string {
  const channels = CHANNELS.pmts.filter(channel => rows.some(({ board }) => channel < board.channels));
  return channels
    .map((channel, index) => {
      const x = width - 16 - (channels.length - index) * 74 + 12;
      return line(`M${x} 48H${x + 18}`, colorOf(channel), 2.5) + write(x + 23, 52, `PMT ${channel}`, SMALL);
    })
    .join('');
}

/** All panes of a board have one scale, so that pulses can be compared. */
function boardRow({ board, seen }: BoardSeen, y: number, { width, pane }: Size): string {
  const unit = board.sampleNs === null ? 'samples' : 'ns';
  const across = (width - MARGIN.left - MARGIN.right - (seen.length - 1) * MARGIN.between) / seen.length;
  const top = y + MARGIN.top;
  const bottom = y + pane - MARGIN.bottom;
  const [low, high] = rangeOf({ board, seen });
  const down = (counts: number) => bottom - ((counts - low) / (high - low)) * (bottom - top);
  const grid = ticks(low, high, 4);
  const numbers = grid.map(counts =>
    write(MARGIN.left - 8, down(counts) + 4, String(counts), { ...SMALL, anchor: 'end' }),
  );
  const panes = seen.map(({ trigger, inside }, index) => {
    const left = MARGIN.left + index * (across + MARGIN.between);
    const span = board.samples * sampleNsOf(board);
    const along = (ns: number) => left + (ns / span) * across;
    const lines = grid.map(counts =>
      line(`M${px(left)} ${px(down(counts))}h${px(across)}`, THEME.frame, 0.6),
    );
    const marks = ticks(0, span, Math.max(2, across / 90)).map(
      ns =>
        line(`M${px(along(ns))} ${bottom}v5`, THEME.frame) +
        write(along(ns), bottom + 18, String(ns), { ...SMALL, anchor: 'middle' }),
    );
    const traces = pmtsOf(board).map(channel =>
      line(
        tracePath(waveform(board, trigger, channel), { left, width: across, down }),
        colorOf(channel),
        1.2,
      ),
    );
    const when = ((board.timeTags[trigger] ?? 0) * TIME_TAG_NS) / 1e6;
    const title = `trigger ${trigger + 1} of ${board.triggers}, at ${when.toFixed(1)} ms${inside ? ', all rows open' : ''}`;
    return (
      lines.join('') +
      traces.join('') +
      line(`M${px(left)} ${top}h${px(across)}V${bottom}h${px(-across)}Z`, THEME.frame) +
      marks.join('') +
      write(left + 4, top - 7, title, SMALL)
    );
  });
  const name = `board ${board.model}: ${countOf(board.triggers, 'trigger')}`;
  return (
    numbers.join('') +
    panes.join('') +
    write(14, (top + bottom) / 2, 'ADC counts', { ...SMALL, anchor: 'middle', turned: -90 }) +
    write(MARGIN.left, bottom + 36, name, { size: 12 }) +
    write(width - MARGIN.right, bottom + 36, `time (${unit})`, { ...SMALL, anchor: 'end' })
  );
}

/** Lowest and highest sample of all that is shown of a board, to round numbers. */
function rangeOf({ board, seen }: BoardSeen): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { trigger } of seen)
    for (const channel of pmtsOf(board))
      for (const counts of waveform(board, trigger, channel)) {
        if (counts < low) low = counts;
        if (counts > high) high = counts;
      }
  return nice(Math.max(0, low - 5), high + 5, 4);
}
