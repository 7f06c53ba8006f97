import { z } from 'zod';
import { AlarmState } from '../../../protocol/alarm/alarm-state.ts';
import { Severity } from '../../../protocol/alarm/severity.ts';
import { Matcher } from '../../../protocol/messages/alarm-command.ts';
import { SilencePhase } from '../../../protocol/messages/silence.ts';
import { EventTime } from '../../../protocol/time.ts';
import { Spans } from './spans.ts';
import { Table, table } from './table.ts';

const ms = z.number();

/** What a message shows of an alarm beside what decides about it. */
export const Detail = z.strictObject({
  title: z.string(),
  text: z.string(),
  value: z.string(),
  limit: z.string(),
  guidance: z.string(),
  link: z.string(),
  audience: z.array(z.string()),
  at: EventTime,
  eventTime: EventTime.optional(),
  raisedAt: EventTime.optional(),
  endedAt: EventTime.optional(),
  by: z.string(),
  note: z.string(),
});
export type Detail = z.infer<typeof Detail>;

/** An alarm or notification that is active, on the list, or part of an incident. */
export const Known = z.strictObject({
  kind: z.enum(['alarm', 'notification']),
  transition: z.int().min(0).describe('last one seen'),
  severity: z.enum(Severity),
  peak: z.enum(Severity),
  state: z.enum(AlarmState),
  mode: z.string(),
  labels: z.record(z.string(), z.string()),
  at: ms.describe('when the last transition was stored'),
  detail: Detail.optional().describe('left out when there are too many'),
  routes: z.array(z.string()).describe('paths of the routes that took it when it was last active'),
  since: ms.optional().describe('active and unacknowledged since'),
  steps: z.array(z.string()).optional().describe('steps of escalation done: path and index'),
  escalateAt: ms.optional().describe('next step'),
  silences: z.array(z.string()).optional().describe('active silences that it fits'),
});
export type Known = z.infer<typeof Known>;

/** An alarm in an incident. */
const Member = z.strictObject({
  waiting: Spans.describe('transitions that no notice accounts for yet'),
  worst: z.int().min(0).describe('worst rank of what waits, also when it is over meanwhile'),
  told: z.int().min(0).describe('rank of the severity that a new message has told, 0 for none'),
  raised: z.int().min(0).describe('times it was raised in this incident'),
  event: z.boolean().optional().describe('over as it came, and not told yet'),
  clearedAt: ms.optional(),
});
export type Member = z.infer<typeof Member>;

export const Incident = z.strictObject({
  id: z.string(),
  route: z.string().describe('path of the route; empty for a digest'),
  title: z.string().describe('what its alarms share'),
  labels: z.record(z.string(), z.string()),
  digest: z.enum(['', 'lesser', 'urgent']),
  members: table(Member),
  post: z
    .strictObject({ kind: z.enum(['page', 'repeat', 'escalation']), since: ms })
    .optional()
    .describe('a new message that is wanted'),
  changedAt: ms.optional().describe('since when something waits to be told'),
  lastAt: ms.optional().describe('when the last notice was decided'),
  postedAt: ms.optional().describe('when the last new message was decided'),
  rest: z.boolean().optional().describe('the last notice had no room for all of it'),
  stale: z.boolean().optional().describe('its message tells of alarms that have gone into the digest'),
  unanswered: z.boolean(),
  reference: z.string().optional(),
  thread: z.string().optional(),
  refused: z.int().optional().describe('times the channel refused a first message of it in a row'),
  quietSince: ms.optional().describe('since when nothing in it is active or on the list'),
});
export type Incident = z.infer<typeof Incident>;

export const ChannelState = z.strictObject({
  revision: z.string(),
  number: z.int().min(0).describe('of the last notice'),
  incidents: table(Incident).describe('by what their alarms share'),
  used: z.array(ms).describe('when notices were answered, within the window of the limit'),
  unanswered: table(z.strictObject({ incident: z.string(), edits: z.boolean(), heardAt: ms })).describe(
    'by number',
  ),
  announcements: z.array(z.strictObject({ silence: z.uuid(), since: ms })),
  urgentAt: ms.optional().describe('when the last urgent message was decided'),
  failing: z.strictObject({ since: ms, detail: z.string(), told: z.boolean() }).optional(),
  broken: z
    .strictObject({ since: ms, detail: z.string(), probeAt: ms, probes: z.int().min(1) })
    .optional()
    .describe('it refuses everything'),
  pumpAt: ms.optional().describe('when to look at it again if nothing comes before'),
});
export type ChannelState = z.infer<typeof ChannelState>;

export const SilenceState = z.strictObject({
  revision: z.int().min(0),
  phase: z.enum(SilencePhase),
  matchers: z.array(Matcher),
  startsAt: ms,
  endsAt: ms,
  endWhenCleared: z.boolean(),
  by: z.string(),
  comment: z.string(),
  endedBy: z.string(),
  matching: z.int().min(0),
  seen: z.boolean().describe('whether it ever had something to hold back'),
  fired: z.int().min(0),
  channels: z.array(z.string()).describe('that its start was announced to'),
  toldAt: ms.describe('when its last message was made'),
});
export type SilenceState = z.infer<typeof SilenceState>;

export const DispatcherState = z.strictObject({
  plan: z.string().describe('revision of the configuration'),
  mode: z.string(),
  own: z.int().min(0).describe("transitions of the dispatcher's own notifications"),
  alarms: table(Known),
  silences: table(SilenceState),
  channels: table(ChannelState),
  retired: table(z.int()).describe('number of the last notice of channels that are no longer configured'),
  sweepAt: ms.optional().describe('when the next escalation, silence or channel wants attention'),
});
export type DispatcherState = z.infer<typeof DispatcherState>;

export const initialState = (): DispatcherState => ({
  plan: '',
  mode: '',
  own: 0,
  alarms: new Table(),
  silences: new Table(),
  channels: new Table(),
  retired: new Table(),
});
