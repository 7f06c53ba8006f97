import { expect, test } from 'vitest';
import { eventDisplayPanel } from '../../../dashboards/build/displays.ts';
import { displayOptions } from '../../../web/panels/display.ts';

test('a panel of the builders says which picture it shows, and no other text panel is taken for one', () => {
  const which = { detector: '${detector}', kind: 'event' } as const;
  const panel = eventDisplayPanel({ id: 1, title: 'Last event', description: 'What was seen', ...which });
  expect(displayOptions(panel)).toEqual(which);
  for (const display of [undefined, null, 'event', {}, { detector: 'lime', kind: 'photo' }])
    expect(displayOptions({ options: { display } })).toBeUndefined();
});
