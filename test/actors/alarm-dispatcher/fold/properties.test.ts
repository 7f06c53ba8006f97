import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { whereIn } from '../../../../actors/alarm-dispatcher/fold/incidents.ts';
import { floodChange } from '../../../../fixtures/alarm-flood.ts';
import { AlarmState, isActive } from '../../../../protocol/alarm/alarm-state.ts';
import type { Severity } from '../../../../protocol/alarm/severity.ts';
import type { AlarmChange } from '../../../../protocol/messages/alarm-change.ts';
import type { NoticeOutcome } from '../../../../protocol/messages/notice.ts';
import { eventTimeFromMs } from '../../../../protocol/time.ts';
import { accountsOf, Desk, discord, mostWithin, slack, webhook } from '../desk.ts';

const ALARMS = ['beam/horn/current', 'beam/horn/flow', 'beam/target/x', 'constructor', 'daq/disk'] as const;

const config = {
  channels: {
    chat: discord({ perMinute: 6 }),
    programs: webhook({ perMinute: 9 }),
    list: slack({ perMinute: 2 }),
  },
  routes: [
    {
      name: 'major',
      match: { severity: ['MAJOR', 'INVALID'] },
      channels: ['chat', 'programs'],
      repeat: '10m',
      escalate: [{ after: '2m', channels: ['list'] }],
      continue: true,
    },
    { name: 'beam', match: { area: 'beam' }, channels: ['chat'], group: 'alarm' },
    { name: 'rest', channels: ['list', 'programs'], group: { labels: ['device'] } },
  ],
};

type Op =
  | { readonly op: 'change'; readonly alarm: number; readonly to: AlarmState; readonly severity: Severity }
  | { readonly op: 'pass'; readonly ms: number }
  | { readonly op: 'notify'; readonly key: string; readonly status: 'firing' | 'resolved' | 'event' }
  | { readonly op: 'silence'; readonly alarm: number; readonly ms: number; readonly endWhenCleared: boolean }
  | { readonly op: 'answers'; readonly channel: string; readonly result: NoticeOutcome['result'] | 'none' }
  | { readonly op: 'restart' };

const severity = fc.constantFrom<Severity>('MINOR', 'MAJOR', 'INVALID');
const states = fc.constantFrom(...Object.values(AlarmState));
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      op: fc.constant('change' as const),
      alarm: fc.nat({ max: ALARMS.length - 1 }),
      to: fc.oneof(fc.constant(AlarmState.unacknowledged), fc.constant(AlarmState.normal), states),
      severity,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 300, 2_000, 20_000, 400_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('notify' as const),
      key: fc.constantFrom('a', 'B c'),
      status: fc.constantFrom('firing' as const, 'resolved' as const, 'event' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('silence' as const),
      alarm: fc.nat({ max: ALARMS.length - 1 }),
      ms: fc.constantFrom(5_000, 300_000),
      endWhenCleared: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('answers' as const),
      channel: fc.constantFrom('chat', 'programs', 'list'),
      result: fc.constantFrom<NoticeOutcome['result'] | 'none'>('sent', 'sent', 'failing', 'refused', 'none'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ op: 'restart' as const }) },
);

/** A desk with what a test must know of the past. */
class Player {
  readonly desk = new Desk(config);
  readonly #answers = new Map<string, string>();
  readonly #transitions = new Map<string, number>();
  /** `channel alarm` and the transitions that it must account for. */
  readonly owed = new Map<string, Set<number>>();
  #silences = 0;
  readonly restarts: boolean;

  constructor(restarts: boolean) {
    this.restarts = restarts;
    this.desk.answer = ({ channel, number }) => {
      const result = this.#answers.get(channel) ?? 'sent';
      if (result === 'none') return undefined;
      return {
        afterMs: 1 + (number % 7) * 40,
        result: result as NoticeOutcome['result'],
        ...(channel === 'chat' && result === 'sent' ? { reference: `message-${number}` } : {}),
      };
    };
  }

  play(one: Op): void {
    const { desk } = this;
    switch (one.op) {
      case 'change':
        return this.#change(ALARMS[one.alarm] ?? 'x', one.to, one.severity);
      case 'pass':
        desk.pass(one.ms);
        return;
      case 'notify':
        desk.notify({
          id: `n-${desk.now}`,
          source: 'test',
          at: eventTimeFromMs(desk.now),
          area: 'daq',
          title: 'told from outside',
          severity: 'MAJOR',
          key: one.key,
          status: one.status,
        });
        return;
      case 'silence':
        desk.command({
          kind: 'silence',
          ...commonOf(desk, ++this.#silences),
          silence: uuid(this.#silences),
          matchers: [{ name: 'alarm', value: ALARMS[one.alarm] ?? '', isRegex: false, isEqual: true }],
          startsAt: eventTimeFromMs(desk.now),
          endsAt: eventTimeFromMs(desk.now + one.ms),
          endWhenCleared: one.endWhenCleared,
          comment: 'a test',
        });
        return;
      case 'answers':
        this.#answers.set(one.channel, one.result);
        return;
      case 'restart':
        if (this.restarts) desk.restart();
    }
  }

  #change(alarm: string, to: AlarmState, severity: Severity): void {
    const { desk } = this;
    const transition = (this.#transitions.get(alarm) ?? 0) + 1;
    this.#transitions.set(alarm, transition);
    const change: AlarmChange = { ...floodChange(alarm, transition, isActive(to), severity, desk.now), to };
    const inside = [...desk.state.channels].filter(([, channel]) => whereIn(channel).has(alarm));
    const before = desk.state.alarms.get(alarm)?.state;
    desk.change(change);
    const hidden = before === AlarmState.suppressed || to === AlarmState.suppressed;
    if (hidden && before !== undefined && !isActive(before) && !isActive(to)) return;
    const known = desk.state.alarms.get(alarm);
    const silenced = (known?.silences?.length ?? 0) > 0;
    const routed = isActive(to) && !silenced ? channelsOf(alarm, severity) : [];
    for (const name of new Set([...inside.map(([name]) => name), ...routed])) {
      const key = `${name} ${alarm}`;
      this.owed.set(key, (this.owed.get(key) ?? new Set()).add(transition));
    }
  }

  /** Everything works again, everything clears, and time passes. */
  settle(): void {
    this.#answers.clear();
    for (const alarm of ALARMS) this.#change(alarm, AlarmState.normal, 'MINOR');
    for (const key of ['a', 'B c']) this.play({ op: 'notify', key, status: 'resolved' });
    this.desk.pass(6 * 3_600_000);
  }
}

/** What the routes above say, written down a second time. */
function channelsOf(alarm: string, severity: Severity): string[] {
  const urgent = severity === 'MINOR' ? [] : ['chat', 'programs'];
  return [...urgent, ...(alarm.startsWith('beam/') ? ['chat'] : ['list', 'programs'])];
}

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const commonOf = (desk: Desk, n: number) => ({
  id: uuid(1_000 + n),
  by: 'Ada',
  origin: 'terminal' as const,
  from: 'here',
  at: eventTimeFromMs(desk.now),
});

const waitingIn = (desk: Desk): string[] =>
  [...desk.state.channels].flatMap(([name, { incidents }]) =>
    [...incidents.values()].flatMap(({ members }) =>
      [...members].flatMap(([id, { waiting }]) => (waiting.length > 0 ? [`${name} ${id}`] : [])),
    ),
  );

test('whatever happens, each transition is told once to each channel, within its limit', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(fc.array(op, { maxLength: 120, size: 'max' }), ops => {
      const player = new Player(true);
      for (const one of ops) player.play(one);
      player.settle();
      const { desk, owed } = player;
      const accounts = accountsOf(desk.notices);
      for (const counts of accounts.values()) {
        expect([...counts].filter(([, times]) => times > 1)).toEqual([]);
      }
      expect(waitingIn(desk)).toEqual([]);
      for (const [key, transitions] of owed) {
        const told = accounts.get(key);
        expect([...transitions].filter(one => told?.get(one) !== 1)).toEqual([]);
      }
      for (const [name, limit] of [
        ['chat', 6],
        ['programs', 9],
        ['list', 2],
      ] as const) {
        expect(mostWithin(desk.sent.get(name) ?? [], 60_000)).toBeLessThanOrEqual(limit);
      }
    }),
    { numRuns: 300 },
  );
});

test('a dispatcher that crashed tells what one tells that never did, bit for bit', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(fc.array(op, { maxLength: 120, size: 'max' }), ops => {
      const [broken, whole] = [new Player(true), new Player(false)];
      for (const one of ops) {
        broken.play(one);
        whole.play(one);
      }
      broken.settle();
      whole.settle();
      expect(broken.desk.notices).toEqual(whole.desk.notices);
      whole.desk.restart();
      broken.desk.restart();
      expect(broken.desk.state).toEqual(whole.desk.state);
    }),
    { numRuns: 200 },
  );
});

test('a channel never has more notices on their way than it may, and each incident one', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(fc.array(op, { maxLength: 120, size: 'max' }), ops => {
      const player = new Player(true);
      for (const one of ops) {
        player.play(one);
        for (const { unanswered, incidents } of player.desk.state.channels.values()) {
          expect(unanswered.size).toBeLessThanOrEqual(4);
          const named = [...unanswered.values()].flatMap(({ incident }) => incident || []);
          expect(new Set(named).size).toBe(named.length);
          for (const key of named) expect(incidents.get(key)?.unanswered).toBe(true);
        }
      }
    }),
    { numRuns: 200 },
  );
});
