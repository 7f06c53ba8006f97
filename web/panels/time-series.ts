import uPlot from 'uplot';
import type { Threshold } from '../../dashboards/model.ts';
import type { Region } from '../../protocol/panel-query.ts';
import { element } from '../dom.ts';
import { type Appearance, appearanceOf, display } from '../frame/appearance.ts';
import { color, lineColor } from '../frame/colors.ts';
import { reduce } from '../frame/reduce.ts';
import { type Aligned, align, type Series, seriesOf, stack } from '../frame/series.ts';
import { EMPTY, type PanelInput, type PanelKind } from './panel-view.ts';
import { drawRegions, stroke, timeAxis, timeOptions, valueAxis } from './time-axis.ts';

interface LegendOptions {
  readonly showLegend?: boolean;
  readonly displayMode?: string;
  readonly calcs?: readonly string[];
}

/** Lines, bars or stacked areas over time. */
export const timeSeries: PanelKind = (panel, body, context) => {
  const defaults = panel.fieldConfig.defaults;
  const custom = defaults.custom ?? {};
  const legend = (panel.options['legend'] ?? {}) as LegendOptions;
  const stacked = (custom['stacking'] as { mode?: string } | undefined)?.mode === 'normal';
  const canvas = element('div', { class: 'canvas' });
  const names = element('div', { class: 'legend' });
  let plot: uPlot | undefined;
  let drawn: readonly string[] = [];
  let regions: readonly Region[] = [];
  let range: [number, number] = [0, 1];

  const make = (lines: readonly Series[], data: uPlot.AlignedData): uPlot => {
    const common = timeOptions(context);
    const steps = defaults.thresholds?.steps ?? [];
    const shaded = (custom['thresholdsStyle'] as { mode?: string } | undefined)?.mode === 'area';
    return new uPlot(
      {
        ...sizeOf(canvas),
        ...common,
        hooks: {
          ...common.hooks,
          drawClear: [
            self => {
              if (shaded) drawThresholds(self, steps);
              drawRegions(self, regions);
            },
          ],
        },
        legend: { show: false },
        scales: {
          x: { range: () => range },
          y: { range: (_plot, low, high) => yRange(low, high, defaults.min, defaults.max) },
        },
        axes: [timeAxis(), valueAxis(defaults.unit)],
        series: [{}, ...lines.map((line, index) => seriesOptions(index, appearanceOf(panel, line.name)))],
      },
      data,
      canvas,
    );
  };

  const forget = (): void => {
    plot?.destroy();
    plot = undefined;
  };

  const draw = (input: PanelInput): void => {
    const lines = seriesOf(input.frames).filter(({ x }) => x.length > 0);
    regions = input.regions;
    range = [input.fromMs / 1000, input.toMs / 1000];
    if (lines.length === 0) {
      forget();
      body.replaceChildren(element('p', { class: 'empty' }, defaults.noValue ?? EMPTY));
      return;
    }
    if (!canvas.isConnected) body.replaceChildren(canvas, names);
    body.classList.toggle('beside', legend.displayMode === 'table');
    if (legend.showLegend !== false) names.replaceChildren(...legendOf(lines, legend, input.nowMs));
    const aligned = stacked ? stack(align(lines)) : align(lines);
    const data = asData(aligned);
    const same = lines.length === drawn.length && lines.every(({ name }, index) => name === drawn[index]);
    if (plot && same) {
      plot.setData(data);
    } else {
      forget();
      plot = make(lines, data);
    }
    drawn = lines.map(({ name }) => name);
  };

  const legendOf = (lines: readonly Series[], { calcs = [] }: LegendOptions, nowMs: number): HTMLElement[] =>
    lines.map(({ name, y }, index) => {
      const appearance = appearanceOf(panel, name);
      const key = element('i', { 'aria-hidden': 'true' });
      key.style.backgroundColor = lineColor(index);
      const figures = calcs.map(calc => {
        const { text, unit } = display(reduce(y, calc), appearance, nowMs);
        return `${calc === 'lastNotNull' ? '' : `${calc} `}${text} ${unit}`.trim();
      });
      return element('span', {}, key, [appearance.displayName ?? name, ...figures].join('  '));
    });

  return {
    draw,
    resize: () => plot?.setSize(sizeOf(canvas)),
    destroy: forget,
  };
};

const sizeOf = (canvas: HTMLElement) => ({
  width: Math.max(50, canvas.clientWidth),
  height: Math.max(40, canvas.clientHeight),
});

const asData = ({ x, ys }: Aligned): uPlot.AlignedData => [x, ...ys] as uPlot.AlignedData;

function seriesOptions(index: number, { custom = {} }: Appearance): uPlot.Series {
  const bars = custom['drawStyle'] === 'bars';
  const steps = custom['lineInterpolation'] === 'stepAfter';
  const paths = bars
    ? uPlot.paths.bars?.({ size: [0.9, 40] })
    : steps
      ? uPlot.paths.stepped?.({ align: 1 })
      : undefined;
  const opacity = Number(custom['fillOpacity'] ?? 0) / 100;
  const span = custom['spanNulls'];
  return {
    ...stroke(index),
    width: Number(custom['lineWidth'] ?? 1) * 1.3,
    spanGaps: span === true,
    ...(typeof span === 'number' ? { gaps: shortGapsClosed(span / 1000) } : {}),
    ...(paths ? { paths } : {}),
    ...(opacity > 0
      ? { fill: () => `color-mix(in srgb, ${lineColor(index)} ${opacity * 100}%, transparent)` }
      : {}),
    points: { size: 4 },
  };
}

/** Keeps gaps longer than so many seconds; shorter ones are drawn through. */
const shortGapsClosed =
  (seconds: number): uPlot.Series.GapsRefiner =>
  (plot, _series, _from, _to, gaps) =>
    gaps.filter(
      ([from, to]) =>
        plot.posToVal(to / devicePixelRatio, 'x') - plot.posToVal(from / devicePixelRatio, 'x') > seconds,
    );

/** A little air above and below; limits of the panel where it has them. */
function yRange(
  low: number | null,
  high: number | null,
  min: number | undefined,
  max: number | undefined,
): [number, number] {
  const from = low ?? 0;
  const to = high ?? 1;
  const air = (to - from || Math.abs(to) || 1) * 0.08;
  return [min ?? from - air, max ?? to + air];
}

/** Bands of the thresholds' colours behind the lines; transparent steps are none. */
function drawThresholds(plot: uPlot, steps: readonly Threshold[]): void {
  const { ctx, bbox } = plot;
  const y = (value: number) =>
    Math.min(bbox.top + bbox.height, Math.max(bbox.top, plot.valToPos(value, 'y', true)));
  ctx.save();
  ctx.globalAlpha = 0.12;
  for (const [index, step] of steps.entries()) {
    if (step.color === 'transparent') continue;
    const bottom = step.value === null ? bbox.top + bbox.height : y(step.value);
    const next = steps[index + 1]?.value;
    const top = typeof next === 'number' ? y(next) : bbox.top;
    ctx.fillStyle = color(step.color);
    ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  }
  ctx.restore();
}
