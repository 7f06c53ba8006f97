import { expect, test } from 'vitest';
import { VERBS as TAKEN } from '../../../actors/gateway/routes/verbs.ts';
import { AlarmState } from '../../../protocol/alarm/alarm-state.ts';
import { actionsFor, hindrance, VERBS } from '../../../web/alarms/actions.ts';
import { alarm } from '../../actors/gateway/harness.ts';

const maria = { name: 'maria', role: 'shifter', by: 'session' } as const;
const enrico = { name: 'enrico', role: 'expert', by: 'session' } as const;

test('the page knows every verb that the gateway takes, and no other', () => {
  expect(VERBS.toSorted()).toEqual(Object.keys(TAKEN).toSorted());
});

test('what only experts may do is offered to experts only', () => {
  const offered = (who: typeof maria | typeof enrico) =>
    Object.values(AlarmState).flatMap(to => actionsFor(alarm('a/x', { to }), who));
  const forExperts = VERBS.filter(verb => TAKEN[verb].permission === 'manage');
  expect(forExperts).toEqual(['reset', 'disable', 'enable']);
  expect(offered(enrico)).toEqual(expect.arrayContaining(forExperts));
  expect(offered(maria).filter(verb => forExperts.includes(verb))).toEqual([]);
});

test('somebody who may not is told why, and offered nothing', () => {
  const stranger = { name: 'anonymous', role: 'viewer', by: 'anonymous' } as const;
  expect(hindrance(stranger)).toContain('Sign in');
  expect(hindrance({ ...maria, role: 'viewer' })).toContain('maria may look only');
  expect(actionsFor(alarm('a/x'), stranger)).toEqual([]);
});

test('an alarm is offered what fits its state', () => {
  const verbs = (to: AlarmState) => actionsFor(alarm('a/x', { to }), enrico);
  expect(verbs('unacknowledged')).toContain('acknowledge');
  expect(verbs('acknowledged')).not.toContain('acknowledge');
  expect(verbs('latched-acknowledged')).toContain('reset');
  expect(verbs('out-of-service')).toContain('enable');
});
