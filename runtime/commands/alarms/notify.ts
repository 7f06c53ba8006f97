import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ZodError } from 'zod';
import { SpillwayError } from '../../../protocol/errors.ts';
import {
  type Notification,
  notification,
  parseNotification,
} from '../../../protocol/messages/notification.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { ExitCode } from '../../command.ts';
import { DEFAULT_CONFIG } from '../../config/resolve.ts';
import { publish } from '../../host/publish.ts';
import { type AlarmVerb, single } from './verb.ts';

const PUBLISH_MS = 5_000;

export const notifyVerb: AlarmVerb = {
  name: 'notify',
  usage:
    'TITLE [--text TEXT] [--area AREA] [--severity SEVERITY] [--status STATUS] [--id ID] [--source NAME]',
  summary: 'tells something by the same routes as alarms; told twice under one --id, it is told once',
  async run(args, { stdout, signal }, system) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: DEFAULT_CONFIG },
        id: { type: 'string' },
        source: { type: 'string' },
        area: { type: 'string', default: 'outside' },
        text: { type: 'string' },
        severity: { type: 'string' },
        status: { type: 'string' },
        key: { type: 'string' },
        audience: { type: 'string', multiple: true },
        link: { type: 'string' },
      },
    });
    const { config, ...words } = values;
    const body = read({
      source: system.user,
      id: randomUUID(),
      ...words,
      title: single(positionals, 'title, in quotes'),
      at: eventTimeFromMs(system.clock()),
    });
    await using nats = await system.connect(config);
    const hops = [['terminal', system.clock()]] as const;
    const { duplicate } = await publish(nats, { type: notification, body }, hops, {
      deadlineMs: PUBLISH_MS,
      signal,
    });
    stdout.write(`${body.id}${duplicate ? ': told already' : ''}\n`);
    return ExitCode.ok;
  },
};

function read(value: unknown): Notification {
  try {
    return parseNotification(value);
  } catch (thrown) {
    if (!(thrown instanceof ZodError)) throw thrown;
    const [first] = thrown.issues;
    throw new SpillwayError(
      'USAGE',
      `--${first?.path.join('.') ?? ''}: ${first?.message ?? 'not understood'}`,
    );
  }
}
