import { z } from 'zod';
import { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import { AlarmState } from '../../../protocol/alarm/alarm-state.ts';
import type { Labels } from '../../../protocol/alarm/labels.ts';
import { compileMatchers, formatMatcher, parseMatcher } from '../../../protocol/alarm/matcher.ts';
import { Severity } from '../../../protocol/alarm/severity.ts';
import { asSpillwayError } from '../../../protocol/errors.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { compileTimeOfDay, TimeOfDay } from './time-of-day.ts';

/** One or several, as people write it. */
const oneOrMore = <T extends z.ZodType>(one: T) =>
  z
    .union([one, z.array(one).min(1, 'must name at least one')])
    .transform(value => (Array.isArray(value) ? value : [value]) as z.infer<T>[]);

/** What a route may ask of an alarm; all that is given must hold. */
export const Match = z
  .strictObject({
    severity: oneOrMore(z.enum([Severity.minor, Severity.major, Severity.invalid])).optional(),
    area: oneOrMore(AlarmId).optional().describe('the area itself and everything below it'),
    audience: oneOrMore(z.string().min(1)).optional().describe('one of them is among those meant'),
    mode: oneOrMore(z.string().min(1)).optional().describe('machine mode'),
    kind: z.enum(['alarm', 'notification']).optional().describe('notifications come from outside'),
    state: oneOrMore(z.enum([AlarmState.unacknowledged, AlarmState.acknowledged]))
      .optional()
      .describe('of the alarm as it is routed; nothing else is routed'),
    labels: z
      .record(z.string().min(1), oneOrMore(z.string()))
      .refine(labels => Object.keys(labels).length > 0, 'must name at least one label')
      .optional(),
    matchers: oneOrMore(z.string().transform(toMatcher))
      .optional()
      .describe('Alertmanager\'s, e.g. device=~"E:.*"'),
    time: TimeOfDay.optional().describe('by the time at which it was stored'),
  })
  .refine(match => Object.values(match).some(value => value !== undefined), {
    message: 'must ask for something; to take everything, leave match out',
  });
export type Match = z.infer<typeof Match>;

function toMatcher(text: string, context: z.RefinementCtx) {
  try {
    return parseMatcher(text);
  } catch (thrown) {
    context.addIssue({ code: 'custom', message: asSpillwayError(thrown).message });
    return z.NEVER;
  }
}

/** What routes look at. */
export interface Routable {
  readonly kind: 'alarm' | 'notification';
  readonly area: string;
  readonly severity: Severity;
  readonly state: AlarmState;
  readonly audience: readonly string[];
  readonly mode: string;
  /** Those of the rule, and `alarm`, `area`, `severity` and `mode`. */
  readonly labels: Labels;
  readonly at: Milliseconds;
}

/** Why something does not fit, in words; undefined when it does. */
export type Test = (subject: Routable) => string | undefined;

export const isWithin = (area: string, root: string): boolean => area === root || area.startsWith(`${root}/`);

export function compileMatch(match: Match | undefined): Test {
  const tests = match ? testsOf(match) : [];
  return subject => {
    for (const test of tests) {
      const why = test(subject);
      if (why !== undefined) return why;
    }
    return undefined;
  };
}

function testsOf(match: Match): Test[] {
  const tests: Test[] = [];
  const oneOf = (what: string, accepted: readonly string[] | undefined, of: (s: Routable) => string) => {
    if (!accepted) return;
    tests.push(subject =>
      accepted.includes(of(subject))
        ? undefined
        : `${what} ${of(subject) || '(none)'} is not ${accepted.join(' or ')}`,
    );
  };
  oneOf('severity', match.severity, ({ severity }) => severity);
  oneOf('mode', match.mode, ({ mode }) => mode);
  oneOf('kind', match.kind && [match.kind], ({ kind }) => kind);
  oneOf('state', match.state, ({ state }) => state);
  for (const [name, accepted] of Object.entries(match.labels ?? {})) {
    oneOf(`label ${name}`, accepted, ({ labels }) =>
      Object.hasOwn(labels, name) ? (labels[name] ?? '') : '',
    );
  }
  const { area: areas, audience: audiences, matchers, time } = match;
  if (areas) {
    tests.push(({ area }) =>
      areas.some(root => isWithin(area, root))
        ? undefined
        : `area ${area || '(top)'} is not in ${areas.join(' or ')}`,
    );
  }
  if (audiences) {
    tests.push(({ audience }) =>
      audiences.some(one => audience.includes(one))
        ? undefined
        : `audience ${audience.join(', ') || '(none)'} has no ${audiences.join(' or ')}`,
    );
  }
  for (const matcher of matchers ?? []) {
    const fits = compileMatchers([matcher]);
    tests.push(({ labels }) => (fits(labels) ? undefined : `${formatMatcher(matcher)} does not hold`));
  }
  if (time) {
    const within = compileTimeOfDay(time);
    tests.push(({ at }) => (within(at) ? undefined : `it is not in the hours of the route (${time.zone})`));
  }
  return tests;
}
