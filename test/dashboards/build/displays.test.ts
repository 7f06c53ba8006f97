import { expect, test } from 'vitest';
import { board, row } from '../../../dashboards/build/board.ts';
import { eventDisplayPanel, gatewayVariable } from '../../../dashboards/build/displays.ts';
import { lint } from '../../../dashboards/check/lint.ts';
import { interpolate } from '../../../dashboards/expand/variables.ts';
import { readBoard } from '../../../dashboards/read-board.ts';

const panel = eventDisplayPanel({
  id: 1,
  title: 'Last event',
  description: 'What the camera saw last',
  detector: '${detector}',
  kind: 'event',
});

test('Grafana is given an image at an address of the gateway that changes with every refresh', () => {
  const said = (value: string) => ({ value, trusted: true });
  const variables = new Map([
    ['gateway', said('https://spillway.example')],
    ['detector', said('lime')],
    ['__to', said('1795222800000')],
  ]);
  expect(interpolate(String(panel.options['content']), variables)).toBe(
    '<img src="https://spillway.example/api/v1/displays/lime/event/latest.png?at=1795222800000" alt="Last event" style="max-width: 100%; max-height: 100%">',
  );
});

test('a board with pictures has nothing that a look at it would find', () => {
  const made = board({
    uid: 'camera',
    title: 'Camera',
    description: 'A camera',
    range: 'now-1h',
    refresh: '10s',
    variables: [gatewayVariable],
    rows: [row(16, [24, panel])],
  });
  expect(lint(readBoard(JSON.stringify(made)), 'camera')).toEqual([]);
});
