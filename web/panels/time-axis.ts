import type uPlot from 'uplot';
import type { Region } from '../../protocol/panel-query.ts';
import { axisLabels } from '../frame/axis-labels.ts';
import { color, lineColor } from '../frame/colors.ts';
import { isoTime } from '../frame/format.ts';
import { family, textWidth } from '../frame/text-width.ts';
import type { PanelContext } from './panel-view.ts';

/** All times are UTC: shifters sit in many time zones and the logbook has one. */
export const utc = (seconds: number): Date => {
  const date = new Date(seconds * 1000);
  // uPlot writes dates with the local getters; shifted by the zone they give UTC.
  return new Date(date.getTime() + date.getTimezoneOffset() * 60_000);
};

/** As large as the page's own text: a screen on a wall has a larger one. */
const font = (): string => {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return `${Math.round(0.85 * size)}px ${family()}`;
};

/** What all plots over time have in common. */
export function timeOptions(
  context: PanelContext,
): Pick<uPlot.Options, 'cursor' | 'tzDate' | 'hooks' | 'padding'> {
  return {
    tzDate: utc,
    padding: [8, 14, 0, 0],
    cursor: {
      sync: { key: context.crosshair, setSeries: false },
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
    },
    hooks: {
      setSelect: [
        plot => {
          const { left, width } = plot.select;
          if (width < 3) return;
          const at = (pixel: number) => plot.posToVal(pixel, 'x') * 1000;
          plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          context.zoom(at(left), at(left + width));
        },
      ],
    },
  };
}

const DAY = 86_400;

/** `10:30`, with seconds where the ticks are that close; the day in place of midnight, and where ticks are days. */
function timeLabels(
  _plot: uPlot,
  splits: readonly number[],
  _axis: number,
  _space: number,
  step: number,
): string[] {
  return splits.map(at => {
    const text = isoTime(at * 1000);
    if (step >= 28 * DAY) return text.slice(0, 7);
    if (at % DAY === 0) return text.slice(5, 10);
    return step < 60 ? text.slice(11) : text.slice(11, 16);
  });
}

export const timeAxis = (): uPlot.Axis => axis({ space: 70, size: 28, values: timeLabels });

export const axis = (more: Partial<uPlot.Axis> = {}): uPlot.Axis => ({
  font: font(),
  stroke: () => color('gray'),
  grid: { stroke: () => color('gray'), width: 0.3 },
  ticks: { show: false },
  ...more,
});

/** Values on the left, in the unit of the panel. */
export const valueAxis = (unit: string | undefined): uPlot.Axis =>
  axis({
    values: (_plot, splits, _axis, _space, step) => axisLabels(splits, step, unit),
    size: (_plot, values) => 14 + Math.max(0, ...(values ?? []).map(text => textWidth(text, font()))),
  });

/** Draws regions behind the lines: a band where they last, a line where they are a moment. */
export function drawRegions(plot: uPlot, regions: readonly Region[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const region of regions) {
    const left = plot.valToPos(region.fromMs / 1000, 'x', true);
    const right = plot.valToPos(region.toMs / 1000, 'x', true);
    ctx.fillStyle = color(region.color);
    ctx.globalAlpha = 0.1;
    ctx.fillRect(left, bbox.top, Math.max(1, right - left), bbox.height);
    ctx.globalAlpha = 0.6;
    ctx.fillRect(left, bbox.top, 1, bbox.height);
  }
  ctx.restore();
}

/** A line of its own colour, and of its own dashes from the second round of colours on. */
export const stroke = (index: number, rounds = 8): Pick<uPlot.Series, 'stroke' | 'dash'> => ({
  stroke: () => lineColor(index),
  ...(index >= rounds ? { dash: [8, 3 * Math.floor(index / rounds)] } : {}),
});
