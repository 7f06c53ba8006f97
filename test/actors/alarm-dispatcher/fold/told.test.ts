import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { idOfNotification } from '../../../../actors/alarm-dispatcher/fold/told.ts';
import { AlarmId } from '../../../../protocol/alarm/alarm-id.ts';

test('whatever somebody calls a notification, it has a place in the tree of alarms, and its own', () => {
  const area = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,80}(\/[a-z0-9][a-z0-9-]{0,80}){0,1}$/);
  const key = fc.oneof(fc.string({ maxLength: 200 }), fc.constantFrom('a b', 'a-b', 'A-b', 'ä', '', '/'));
  fc.assert(
    fc.property(area, key, area, key, (area1, key1, area2, key2) => {
      const [one, two] = [idOfNotification(area1, key1), idOfNotification(area2, key2)];
      expect(AlarmId.safeParse(one).success).toBe(true);
      expect(one === two).toBe(area1 === area2 && key1 === key2);
    }),
  );
});
