import { parseArgs } from 'node:util';
import { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import { AlarmState } from '../../../protocol/alarm/alarm-state.ts';
import { chooseAlarms } from '../../../protocol/alarm/choose.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { formatEventTime } from '../../../protocol/time.ts';
import { ExitCode } from '../../command.ts';
import { DEFAULT_CONFIG } from '../../config/resolve.ts';
import { lastPerSubject } from '../../host/last-per-subject.ts';
import { printable } from '../../printable.ts';
import { alarmTable, valueOf } from './table.ts';
import { type AlarmVerb, single } from './verb.ts';

export const listVerb: AlarmVerb = {
  name: 'list',
  usage: '[--all] [--state STATE]... [--area AREA] [--json]',
  summary: 'alarms to be worked off, worst first; --all: also what is normal or put aside',
  async run(args, { stdout }, system) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: 'string', default: DEFAULT_CONFIG },
        all: { type: 'boolean', default: false },
        state: { type: 'string', multiple: true },
        area: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const states = values.state?.map(stateOf);
    await using nats = await system.connect(values.config);
    const all = await lastPerSubject(nats, alarmChange, subjects.alarmChanges(nats.experiment));
    const chosen = chooseAlarms(all, { all: values.all, states, area: values.area });
    if (values.json) for (const one of chosen) stdout.write(`${printable(JSON.stringify(one))}\n`);
    else if (chosen.length > 0) stdout.write(alarmTable(chosen, stdout));
    return chosen.length === 0 ? ExitCode.ok : ExitCode.found;
  },
};

export const showVerb: AlarmVerb = {
  name: 'show',
  usage: 'ID [--json]',
  summary: 'everything about one alarm, with what to do',
  async run(args, { stdout, stderr }, system) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: DEFAULT_CONFIG },
        json: { type: 'boolean', default: false },
      },
    });
    const id = alarmId(single(positionals, 'alarm'));
    await using nats = await system.connect(values.config);
    const [found] = await lastPerSubject(nats, alarmChange, subjects.alarmChange(nats.experiment, id));
    if (!found) {
      stderr.write(`spillway alarms: nothing has been heard of an alarm ${id} [ALARM_UNKNOWN]\n`);
      return ExitCode.found;
    }
    stdout.write(`${printable(values.json ? JSON.stringify(found) : asText(found))}\n`);
    return ExitCode.ok;
  },
};

/** @throws SpillwayError USAGE */
export function alarmId(text: string): AlarmId {
  const parsed = AlarmId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new SpillwayError(
    'USAGE',
    `${text}: an alarm ${parsed.error.issues[0]?.message ?? 'has another name'}`,
  );
}

function stateOf(text: string): AlarmState {
  const known = Object.values(AlarmState);
  const state = known.find(one => one === text);
  if (!state) throw new SpillwayError('USAGE', `--state takes one of ${known.join(', ')}, not ${text}`);
  return state;
}

function asText(one: AlarmChange): string {
  const { acknowledged, shelved, disabled, comment } = one;
  const lines: (readonly [name: string, value: string | undefined])[] = [
    ['alarm', one.alarm],
    ['title', one.title],
    ['state', `${one.to} (before: ${one.from})`],
    ['severity', `${one.severity} ${one.status}, at worst ${one.peak}`],
    ['value', valueOf(one)],
    ['limit', one.limit === undefined ? '' : `${one.limit} ${one.units}`],
    ['reason', one.reason],
    ['changed', formatEventTime(one.at)],
    ['raised', one.raisedAt && formatEventTime(one.raisedAt)],
    ['returned', one.returnedAt && formatEventTime(one.returnedAt)],
    ['transition', String(one.transition)],
    ['mode', one.mode],
    ['owner', one.owner],
    ['acknowledged', acknowledged && `by ${acknowledged.by}: ${acknowledged.note}`],
    ['shelved', shelved && `by ${shelved.by} until ${formatEventTime(shelved.until)}: ${shelved.reason}`],
    ['disabled', disabled && `by ${disabled.by}: ${disabled.reason}`],
    ['suppressed by', one.suppressedBy],
    ['comment', comment && `by ${comment.by}: ${comment.note}`],
    ['audience', one.audience.join(', ')],
    ['dashboard', one.dashboard],
    ...one.inputs.map(({ name, value }) => [`input ${name}`, String(value)] as const),
  ];
  const shown = lines.filter(([, value]) => value !== undefined && value !== '');
  const guidance = one.guidance === '' ? [] : ['', one.guidance];
  return [...shown.map(([name, value]) => `${`${name}:`.padEnd(15)}${value}`), ...guidance].join('\n');
}
