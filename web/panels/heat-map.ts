import uPlot from 'uplot';
import type { Frame } from '../../protocol/panel-query.ts';
import { element } from '../dom.ts';
import { viridis } from '../frame/colors.ts';
import { formatNumber } from '../frame/format.ts';
import { drawable } from '../frame/series.ts';
import { EMPTY, type PanelInput, type PanelKind } from './panel-view.ts';
import { ramp } from './ramp.ts';
import { axis, drawRegions, timeAxis, timeOptions } from './time-axis.ts';

/** Cells over time: one row per number column, named by its place on the y axis, e.g. a wire's position in mm. */
interface Cells {
  /** Seconds since 1970, rising. */
  readonly x: readonly number[];
  /** Lowest first. */
  readonly rows: readonly { readonly y: number; readonly values: readonly (number | null)[] }[];
  readonly low: number;
  readonly high: number;
}

/** Undefined when there is nothing to draw. */
export function cellsOf(frame: Frame | undefined): Cells | undefined {
  const time = frame?.columns.findIndex(({ type }) => type === 'time') ?? -1;
  if (!frame || time < 0 || (frame.values[time]?.length ?? 0) === 0) return undefined;
  const rows = frame.columns
    .flatMap(({ name, type }, index) =>
      type === 'number' ? [{ y: Number(name), values: (frame.values[index] ?? []).map(drawable) }] : [],
    )
    .map(({ y, values }, index) => ({ y: Number.isFinite(y) ? y : index, values }))
    .toSorted((a, b) => a.y - b.y);
  let low = Infinity;
  let high = -Infinity;
  for (const { values } of rows) {
    for (const value of values) {
      if (value === null) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (rows.length === 0 || low > high) return undefined;
  return { x: (frame.values[time] ?? []).map(ms => Number(ms) / 1000), rows, low, high };
}

/** A cell reaches to the next one, but no further than this many of the usual steps: a gap in the data stays empty. */
const MOST_STEPS = 2.5;

/** Usual step from one to the next; 1 where there is only one. */
export function usualStep(sorted: readonly number[]): number {
  const steps = sorted.slice(1).map((value, index) => value - (sorted[index] ?? value));
  return steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] || 1;
}

/** Wire profiles over time, as colours. */
export const heatMap: PanelKind = (panel, body, context) => {
  const yAxis = (panel.options['yAxis'] ?? {}) as { axisLabel?: string; unit?: string };
  const canvas = element('div', { class: 'canvas' });
  const legend = element('div', { class: 'legend' });
  let plot: uPlot | undefined;
  let cells: Cells | undefined;
  let input: PanelInput | undefined;

  const size = () => ({
    width: Math.max(50, canvas.clientWidth),
    height: Math.max(40, canvas.clientHeight),
  });

  const make = (): uPlot => {
    const common = timeOptions(context);
    return new uPlot(
      {
        ...size(),
        ...common,
        hooks: {
          ...common.hooks,
          drawClear: [
            self => {
              if (cells) drawCells(self, cells);
              drawRegions(self, input?.regions ?? []);
            },
          ],
        },
        legend: { show: false },
        scales: {
          x: { range: () => [(input?.fromMs ?? 0) / 1000, (input?.toMs ?? 1) / 1000] },
          y: { range: () => edges(cells?.rows.map(({ y }) => y) ?? [0, 1]) },
        },
        axes: [timeAxis(), axis({ label: yAxis.axisLabel ?? '', labelSize: 18, size: 44 })],
        series: [{}, { stroke: 'transparent', points: { show: false } }],
      },
      [[], []],
      canvas,
    );
  };

  return {
    draw(next) {
      input = next;
      cells = cellsOf(next.frames[0]);
      if (!cells) {
        plot?.destroy();
        plot = undefined;
        body.replaceChildren(element('p', { class: 'empty' }, panel.fieldConfig.defaults.noValue ?? EMPTY));
        return;
      }
      if (!canvas.isConnected) body.replaceChildren(canvas, legend);
      const shown = (value: number) => {
        const { text, unit } = formatNumber(value, panel.fieldConfig.defaults.unit ?? yAxis.unit);
        return `${text} ${unit}`.trim();
      };
      legend.replaceChildren(ramp(shown(cells.low), shown(cells.high)));
      plot ??= make();
      plot.setData([[...cells.x], cells.x.map(() => null)]);
    },
    resize: () => plot?.setSize(size()),
    destroy: () => plot?.destroy(),
  };
};

const edges = (ys: readonly number[]): [number, number] => {
  const half = usualStep(ys) / 2;
  return [(ys[0] ?? 0) - half, (ys.at(-1) ?? 1) + half];
};

function drawCells(plot: uPlot, { x, rows, low, high }: Cells): void {
  const { ctx, bbox } = plot;
  const step = usualStep(x);
  const half = usualStep(rows.map(({ y }) => y)) / 2;
  const lefts = x.map(at => plot.valToPos(at, 'x', true));
  const rights = x.map((at, index) =>
    plot.valToPos(Math.min(x[index + 1] ?? at + step, at + step * MOST_STEPS), 'x', true),
  );
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { y, values } of rows) {
    const top = Math.floor(plot.valToPos(y + half, 'y', true));
    const height = Math.ceil(plot.valToPos(y - half, 'y', true)) - top;
    for (const [index, value] of values.entries()) {
      if (value === null) continue;
      const [red, green, blue] = viridis(high > low ? (value - low) / (high - low) : 0.5);
      const left = Math.floor(lefts[index] ?? 0);
      ctx.fillStyle = `rgb(${red} ${green} ${blue})`;
      ctx.fillRect(left, top, Math.max(1, Math.ceil(rights[index] ?? 0) - left), height);
    }
  }
  ctx.restore();
}
