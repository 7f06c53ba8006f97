import { parseArgs } from 'node:util';
import { SpillwayError } from '../../../protocol/errors.ts';
import { machineMode } from '../../../protocol/messages/machine-mode.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { ExitCode } from '../../command.ts';
import { DEFAULT_CONFIG } from '../../config/resolve.ts';
import { lastPerSubject } from '../../host/last-per-subject.ts';
import { printable } from '../../printable.ts';
import { GIVER, give } from './give.ts';
import { shortTime } from './table.ts';
import { type AlarmVerb, single } from './verb.ts';

export const modeVerb: AlarmVerb = {
  name: 'mode',
  usage: '[MODE | --auto] [--note TEXT]',
  summary: 'tells the machine mode, sets it, or lets it be recognised from the readings again',
  async run(args, io, system) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: DEFAULT_CONFIG },
        auto: { type: 'boolean', default: false },
        ...GIVER,
      },
    });
    const { auto, note: reason = '', by, config } = values;
    if (positionals.length > 0 || auto) {
      if (auto && positionals.length > 0) throw new SpillwayError('USAGE', 'give either a mode or --auto');
      if (reason === '') throw new SpillwayError('USAGE', 'mode needs a --note that says why');
      const mode = auto ? '' : single(positionals, 'mode');
      return give({ kind: 'set-mode', mode, reason }, { by, config }, io, system);
    }
    await using nats = await system.connect(config);
    const [now] = await lastPerSubject(nats, machineMode, subjects.machineMode(nats.experiment));
    const text = now
      ? `${now.mode} since ${shortTime(now.at)}${now.by === '' ? '' : ` by ${now.by}`}: ${now.reason}`
      : 'no mode is known yet';
    io.stdout.write(`${printable(text)}\n`);
    return ExitCode.ok;
  },
};
