import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { EventIntakeConfig } from '../../actors/event-intake/config.ts';
import { Figures } from '../../actors/event-intake/figures.ts';
import { DetectorDescription } from '../../protocol/detector/description.ts';
import { RunEnd } from '../../protocol/messages/run-transition.ts';
import { readPage } from './examples.ts';

const page = await readPage('docs/camera.md');

test('the configuration of the page is one that is understood', () => {
  const { actors } = parse(page.example('yaml', 'camera')) as { actors: Record<string, unknown> };
  expect(EventIntakeConfig.safeParse(actors['event-intake']).error).toBeUndefined();
});

test('the page lists every source and every ending', () => {
  const first = (header: string) => page.table(header).map(([cell]) => cell?.replaceAll('`', ''));
  expect(first('| source | how |')).toEqual(Object.keys(EventIntakeConfig.shape.source.shape));
  expect(new Set(first('| ending | when |'))).toEqual(new Set(RunEnd.shape.ending.options));
});

test('the devices of the page are ones that a description may have', () => {
  const devices: unknown = parse(page.example('yaml', 'slow-control'));
  const banks = { INPT: { length: 24 }, MSRD: { length: 26 }, DMND: { length: 26 } };
  const description = {
    events: [{ id: 1, name: 'Trigger' }],
    slowControl: { prefix: 'L', equipment: [{ id: 3, name: 'HV', banks, devices }] },
  };
  expect(DetectorDescription.safeParse(description).error).toBeUndefined();
});

test('the page names every figure that the intake tells', () => {
  const { rate: _, ...figures } = new Figures();
  for (const name of [...Object.keys(figures), 'bytesPerSecond', 'inFlight', 'waiting', 'senders', 'port'])
    expect(page.text).toContain(`\`${name}\``);
});
