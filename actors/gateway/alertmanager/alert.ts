import { AlarmState, isActive } from '../../../protocol/alarm/alarm-state.ts';
import { type Labels, labelsOfAlarm } from '../../../protocol/alarm/labels.ts';
import { Severity } from '../../../protocol/alarm/severity.ts';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import type { Silence } from '../../../protocol/messages/silence.ts';
import { type EventTime, eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';
import { fingerprint, isHttp } from './webhook.ts';

/** Alertmanager tells until when an alert holds unless it is heard of again; ours hold until they change. */
const HOLDS_MS = 5 * 60_000;

/** `gettableAlert` of Alertmanager's interface, version 2 (api/v2/openapi.yaml). */
export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly receivers: readonly { readonly name: string }[];
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly updatedAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
  readonly status: {
    readonly state: 'active' | 'suppressed';
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
  };
}

/**
 * Whether Alertmanager would have it: something is wrong now, told or held back. What is over and waits for somebody has
 * no counterpart there.
 */
export const isFiring = ({ to, severity }: AlarmChange): boolean =>
  isActive(to) || (HELD_BACK.has(to) && severity !== Severity.noAlarm);

const HELD_BACK: ReadonlySet<AlarmState> = new Set([
  AlarmState.shelved,
  AlarmState.suppressed,
  AlarmState.outOfService,
]);

/** @param silencedBy ids of the silences in force that fit it */
export function alertOf(change: AlarmChange, silencedBy: readonly string[], now: Milliseconds): Alert {
  const inhibitedBy = change.to === AlarmState.suppressed ? [change.suppressedBy ?? 'suppressed'] : [];
  const mutedBy =
    change.to === AlarmState.shelved || change.to === AlarmState.outOfService ? [change.to] : [];
  const heldBack = silencedBy.length + inhibitedBy.length + mutedBy.length > 0;
  return {
    labels: withoutEmpty(labelsOfAlarm(change)),
    annotations: withoutEmpty({
      summary: change.title,
      description: change.reason,
      state: change.to,
      value: change.value === null ? '' : `${String(change.value)} ${change.units}`.trim(),
      limit: change.limit === undefined ? '' : String(change.limit),
      guidance: change.guidance,
      acknowledgedBy: change.acknowledged?.by ?? '',
      owner: change.owner ?? '',
    }),
    receivers: receiversOf(change).map(name => ({ name })),
    fingerprint: fingerprint({ alarm: change.alarm }),
    startsAt: iso(change.raisedAt ?? change.at),
    updatedAt: iso(change.at),
    endsAt: new Date(now + HOLDS_MS).toISOString(),
    ...(isHttp(change.dashboard) ? { generatorURL: change.dashboard } : {}),
    status: { state: heldBack ? 'suppressed' : 'active', silencedBy, inhibitedBy, mutedBy },
  };
}

/** Who is meant stands for Alertmanager's receivers: which channels that is, routes of the dispatcher decide. */
export const receiversOf = ({ audience }: AlarmChange): readonly string[] =>
  audience.length > 0 ? audience : ['everybody'];

/** `gettableSilence`. */
export const silenceOf = (silence: Silence) => ({
  id: silence.silence,
  status: { state: silence.phase },
  matchers: silence.matchers,
  startsAt: iso(silence.startsAt),
  endsAt: iso(silence.endsAt),
  updatedAt: iso(silence.at),
  createdBy: silence.by,
  comment: silence.comment,
  annotations: {},
});

/** What a filter on silences looks at: the values that its matchers name. */
export const labelsOfSilence = ({ matchers }: Silence): Labels =>
  Object.fromEntries(matchers.map(({ name, value }) => [name, value]));

const iso = (time: EventTime): string => new Date(eventTimeToMs(time)).toISOString();

const withoutEmpty = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
