import * as fc from 'fast-check';
import { AlarmState } from '../../../../protocol/alarm/alarm-state.ts';
import { Severity } from '../../../../protocol/alarm/severity.ts';
import { type Notice, type NoticeItem, NoticeKind } from '../../../../protocol/messages/notice.ts';

const AT = { seconds: 1_795_000_000, nanoseconds: 0 };

/** The horn current of the NuMI beam line, too high. */
export const anItem = (change: Partial<NoticeItem> = {}): NoticeItem => ({
  alarm: 'beam/horn/current',
  transition: 7,
  transitions: [7],
  firing: true,
  severity: Severity.major,
  peak: Severity.major,
  state: AlarmState.unacknowledged,
  title: 'Horn current outside its window',
  text: '-194.2 kA is above -195 kA (HIHI)',
  value: '-194.2 kA',
  limit: '-195 kA',
  mode: 'beam-on',
  guidance: 'Call the **horn expert**.',
  link: '/alarms/beam/horn/current',
  audience: ['shifter'],
  labels: { device: 'E:NSLINA' },
  at: AT,
  raisedAt: AT,
  by: '',
  note: '',
  ...change,
});

export const aNotice = (change: Partial<Notice> = {}): Notice => {
  const items = change.items ?? [anItem()];
  return {
    channel: 'shift',
    number: 12,
    kind: NoticeKind.page,
    incident: 'beam/horn@1795000000',
    receiver: 'shifters',
    groupLabels: { area: 'beam/horn' },
    firing: items.some(({ firing }) => firing),
    severity: items[0]?.severity ?? Severity.minor,
    title: items[0]?.title ?? 'nothing',
    more: 0,
    covered: [],
    link: '/alarms',
    at: AT,
    ...change,
    items,
  };
};

/** Text as it may come from a device list, a person or an attacker. */
const NASTY = [
  '@everyone',
  '@here',
  '<@123456789012345678>',
  '<@&123456789012345678>',
  '<#123456789012345678>',
  '<t:1795000000:R>',
  '</ban:123456789012345678>',
  '```',
  '`',
  '**',
  '__',
  '~~',
  '||',
  '\\',
  '[click](https://evil.example)',
  'https://evil.example',
  '<https://evil.example>',
  '\n# ',
  '\n> ',
  '\n>>> ',
  '\n- ',
  '\n1. ',
  '\n-# ',
  '\u200b',
  '\u202e',
  '\u2066',
  '\u0000',
  '\u001b[31m',
  '\ud800',
  'e\u0301\u0301\u0301',
  '👨‍👩‍👧',
  '🇨🇭',
  '\r\nBcc: x@example.org',
  '<!channel>',
  '&amp;',
  '@\u0301everyone',
  '>\u0301',
  '`\u0301',
  '[\u0301a](https://evil.example)',
  '<b>',
];
export const nastyText = (maxLength: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc
      .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 20 })), {
        maxLength: 12,
      })
      .map(parts => parts.join('').slice(0, maxLength)),
    fc
      .tuple(fc.constantFrom(...NASTY, 'x', ' ', '\n'), fc.integer({ min: 1, max: maxLength }))
      .map(([part, times]) => part.repeat(times).slice(0, maxLength)),
  );

const eventTime = fc.record({
  seconds: fc.integer({ min: 0, max: 0xffff_ffff }),
  nanoseconds: fc.constant(0),
});
const alarmId = fc
  .array(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,60}$/), { minLength: 1, maxLength: 4 })
  .map(parts => parts.join('/').slice(0, 200).replace(/\/$/, ''));
const link = fc.oneof(
  fc.constantFrom('', '/alarms', 'https://elog.example/a_(b)', 'javascript:alert(1)', 'http://[', 'shift'),
  fc.webUrl(),
  nastyText(3000),
);

const item: fc.Arbitrary<NoticeItem> = fc.record(
  {
    alarm: alarmId,
    transition: fc.nat(),
    transitions: fc.array(fc.nat(), { maxLength: 3 }),
    firing: fc.boolean(),
    severity: fc.constantFrom(...Object.values(Severity)),
    peak: fc.constantFrom(...Object.values(Severity)),
    state: fc.constantFrom(...Object.values(AlarmState)),
    title: nastyText(600),
    text: nastyText(5000),
    value: nastyText(1500),
    limit: nastyText(100),
    mode: nastyText(60),
    guidance: nastyText(5000),
    link,
    audience: fc.array(nastyText(20), { maxLength: 2 }),
    labels: fc.dictionary(fc.stringMatching(/^[a-z_]{1,10}$/), nastyText(50), { maxKeys: 3 }),
    at: eventTime,
    eventTime,
    raisedAt: eventTime,
    endedAt: eventTime,
    by: nastyText(120),
    note: nastyText(2500),
  },
  {
    requiredKeys: [
      'alarm',
      'transition',
      'transitions',
      'firing',
      'severity',
      'peak',
      'state',
      'title',
      'text',
      'value',
      'limit',
      'mode',
      'guidance',
      'link',
      'audience',
      'labels',
      'at',
      'by',
      'note',
    ],
  },
);

/** Any notice that the schema allows, up to 50 items of any text. */
export const notices: fc.Arbitrary<Notice> = fc
  .record({
    number: fc.integer({ min: 1, max: 2 ** 40 }),
    kind: fc.constantFrom(...Object.values(NoticeKind)),
    incident: nastyText(200).map(text => text || 'x'),
    groupLabels: fc.dictionary(fc.stringMatching(/^[a-z_]{1,10}$/), nastyText(50), { maxKeys: 3 }),
    firing: fc.boolean(),
    severity: fc.constantFrom(...Object.values(Severity)),
    title: nastyText(1000),
    items: fc.oneof(fc.array(item, { maxLength: 3 }), fc.array(item, { minLength: 8, maxLength: 50 })),
    more: fc.nat({ max: 10_000 }),
    link,
    at: eventTime,
  })
  .map(parts => ({ ...aNotice(), ...parts }));
