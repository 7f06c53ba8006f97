import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dashboard, Panel } from '../../../dashboards/model.ts';
import type { SpillNews } from '../../../protocol/live.ts';
import type { Frame, PanelData, PanelQuery } from '../../../protocol/panel-query.ts';

const BOARDS = join(import.meta.dirname, '..', '..', '..', 'dashboards', 'grafana');

/** The boards that come with Spillway, shift overview first. */
export const ownBoards = (): Dashboard[] =>
  readdirSync(BOARDS)
    .map(name => JSON.parse(readFileSync(join(BOARDS, name), 'utf8')) as Dashboard)
    .toSorted((a, b) => Number(b.uid === 'spillway-shift') - Number(a.uid === 'spillway-shift'));

/** A board of one or a few panels. */
export const boardOf = (panels: readonly Partial<Panel>[]): Dashboard => ({
  ...(ownBoards()[0] as Dashboard),
  uid: 'made-up',
  title: 'Made up',
  templating: { list: [] },
  annotations: { list: [] },
  panels: panels.map((panel, index) => ({ ...blank(index), ...panel })),
});

const blank = (index: number): Panel => {
  const [any] = ownBoards()[0]?.panels ?? [];
  if (!any) throw new Error('there is no panel to begin with');
  const { links: _, ...rest } = any;
  return {
    ...rest,
    id: index + 1,
    title: `Panel ${index + 1}`,
    gridPos: { x: (index % 3) * 8, y: Math.floor(index / 3) * 8, w: 8, h: 8 },
    fieldConfig: { defaults: {}, overrides: [] },
    options: {},
  };
};

export const frame = (columns: Frame['columns'], values: Frame['values']): Frame => ({
  refId: 'A',
  columns,
  values,
  truncated: false,
  elapsedMs: 1,
  rowsRead: values[0]?.length ?? 0,
});

/** Something to draw for any panel, the same every time. */
export function madeUp({ type, id }: Panel, { fromMs, toMs }: PanelQuery): PanelData {
  const count = 60;
  const times = Array.from({ length: count }, (_, index) => fromMs + ((toMs - fromMs) * index) / count);
  const wave = (phase: number) => times.map((_, index) => 30 + 5 * Math.sin(index / 7 + phase + id));
  if (type === 'stat') return { frames: [frame([{ name: 'value', type: 'number' }], [[id * 3.7]])] };
  if (type === 'table')
    return {
      frames: [
        frame(
          [
            { name: 'name', type: 'string' },
            { name: 'count', type: 'number' },
          ],
          [
            ['a', 'b', 'c'],
            [1, 22, 333],
          ],
        ),
      ],
    };
  if (type === 'state-timeline')
    return {
      frames: [
        frame(
          [
            { name: 'time', type: 'time' },
            { name: 'actor', type: 'string' },
            { name: 'state', type: 'number' },
          ],
          [
            times,
            times.map((_, index) => `actor ${index % 4}`),
            times.map((_, index) => (index % 17 === 0 ? 0 : 1)),
          ],
        ),
      ],
    };
  const rows =
    type === 'heatmap' ? Array.from({ length: 24 }, (_, index) => String(index - 12)) : ['one', 'two'];
  return {
    frames: [
      frame(
        [{ name: 'time', type: 'time' }, ...rows.map(name => ({ name, type: 'number' as const }))],
        [times, ...rows.map((_, index) => wave(index / 3))],
      ),
    ],
  };
}

export const spill = (over: Partial<SpillNews> = {}): SpillNews => ({
  type: 'spill',
  sequence: 1,
  trigger: 'A9',
  inOut: 'in',
  time: { seconds: Math.floor(Date.now() / 1000), nanoseconds: 0 },
  storedAt: Date.now(),
  values: { 'E:TRTGTD': 36.24, 'E:NSLINA': -49.6, 'E:NSLINB': -49.7, 'E:NSLINC': -49.5, 'E:NSLIND': -49.6 },
  problems: 0,
  ...over,
});
