import { figure } from '../harness/table.ts';
import { capacity, type PartName } from './model.ts';
import { saturations } from './saturation.ts';
import type { Layout, Node, Workload } from './workload.ts';

/** A curve for each part: how full it is, by a number of the workload that grows; the legend says where it is full. */
export interface Panel {
  readonly title: string;
  readonly axis: string;
  readonly growing: 'spillsPerSecond' | 'sites';
  /** Powers of ten. */
  readonly from: number;
  readonly to: number;
  readonly nodes: number;
  readonly node: Node;
  readonly workload: Workload;
  readonly layout: Layout;
  readonly parts: readonly PartName[];
  /** Places worth a line, e.g. where NuMI is. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
}

/** Okabe and Ito's colours, which people who see fewer colours tell apart too, and grey. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#475569', '#000000'];
const SIZE = { width: 470, height: 360, left: 52, top: 46, right: 136, bottom: 44 };
/** A thousandth, to over full. */
const Y = { from: -3, to: 0.3 };
const STEPS = 60;

/** Panels side by side, as SVG; both axes logarithmic. */
export function picture(panels: readonly Panel[]): string {
  const width = panels.length * SIZE.width;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${SIZE.height}" width="${width}" font-family="system-ui, sans-serif" role="img" aria-label="How full each part is as the load grows; the first to reach 100 % is what saturates first">
<style>.t{font-size:13px;font-weight:600;fill:#0f172a}.l{font-size:11px;fill:#475569}.g{stroke:#e2e8f0}.m{stroke:#94a3b8;stroke-dasharray:3 3}.f{stroke:#dc2626;stroke-width:1.5}.c{fill:none;stroke-width:2}</style>
<rect width="${width}" height="${SIZE.height}" fill="#ffffff"/>
${panels.map((panel, index) => `<g transform="translate(${index * SIZE.width} 0)">${panelOf(panel)}</g>`).join('\n')}
</svg>
`;
}

function panelOf(panel: Panel): string {
  const { from, to, marks } = panel;
  const [lowest, highest] = [Math.log10(from), Math.log10(to)];
  const right = SIZE.width - SIZE.right;
  const bottom = SIZE.height - SIZE.bottom;
  const x = (value: number) =>
    SIZE.left + ((Math.log10(value) - lowest) / (highest - lowest)) * (right - SIZE.left);
  const y = (share: number) =>
    bottom - ((Math.log10(share) - Y.from) / (Y.to - Y.from)) * (bottom - SIZE.top);
  const decades = Array.from({ length: Math.round(highest - lowest) + 1 }, (_, n) => 10 ** (lowest + n));
  return [
    text(SIZE.left, 20, 't', panel.title),
    text((SIZE.left + right) / 2, SIZE.height - 10, 'l', panel.axis, 'middle'),
    ...decades.map(
      value =>
        line(x(value), SIZE.top, x(value), bottom, 'g') +
        text(x(value), bottom + 16, 'l', String(Number(value.toPrecision(1))), 'middle'),
    ),
    ...[0.001, 0.01, 0.1, 1].map(
      share =>
        line(SIZE.left, y(share), right, y(share), share === 1 ? 'f' : 'g') +
        text(SIZE.left - 6, y(share) + 4, 'l', `${100 * share} %`, 'end'),
    ),
    ...marks.map(
      ({ at, label }) =>
        line(x(at), SIZE.top, x(at), bottom, 'm') + text(x(at) + 3, SIZE.top - 6, 'l', label),
    ),
    ...curvesOf(panel, x, y),
  ].join('');
}

/** Each with its line in the legend, the first to be full at the top. */
function curvesOf(panel: Panel, x: (value: number) => number, y: (share: number) => number): string[] {
  const { from, to, growing, nodes, workload, layout, node, parts } = panel;
  const values = Array.from({ length: STEPS + 1 }, (_, step) => from * (to / from) ** (step / STEPS));
  const [lowest, highest] = [10 ** Y.from, 10 ** Y.to];
  return saturations(growing, nodes, workload, layout, node)
    .filter(({ first }) => parts.includes(first))
    .toSorted((a, b) => a.at - b.at)
    .map(({ first: part, at }, index) => {
      const path = values
        .map(value => ({
          value,
          share: capacity(nodes, { ...workload, [growing]: value }, layout, node).utilisation[part],
        }))
        .filter(({ share }) => share >= lowest && share <= highest)
        .map(({ value, share }, n) => `${n === 0 ? 'M' : 'L'}${place(x(value))} ${place(y(share))}`)
        .join(' ');
      const colour = COLOURS[index % COLOURS.length] ?? '';
      const left = SIZE.width - SIZE.right + 10;
      const row = SIZE.top + 10 + 18 * index;
      const full = Number.isFinite(at) ? figure(at) : 'never';
      return `<path d="${path}" class="c" stroke="${colour}"/><rect x="${left}" y="${row - 9}" width="10" height="10" fill="${colour}"/>${text(left + 15, row, 'l', `${part} ${full}`)}`;
    });
}

const place = (value: number): string => value.toFixed(1);

const line = (x1: number, y1: number, x2: number, y2: number, style: string): string =>
  `<line x1="${place(x1)}" y1="${place(y1)}" x2="${place(x2)}" y2="${place(y2)}" class="${style}"/>`;

const text = (x: number, y: number, style: string, words: string, anchor = 'start'): string =>
  `<text x="${place(x)}" y="${place(y)}" class="${style}" text-anchor="${anchor}">${words}</text>`;
