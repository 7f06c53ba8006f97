import { z } from 'zod';
import { filePath } from '../../runtime/config/file-path.ts';
import { duration } from '../../runtime/config/units.ts';

/** One, or a list of several. */
const paths = () => z.union([filePath().transform(one => [one]), z.array(filePath())]);

export const AlarmEngineConfig = z.strictObject({
  rules: paths()
    .prefault('alarms')
    .describe(
      'rule files: a directory (all .yaml and .yml below it), a file, or a pattern such as "alarms/*.yaml"',
    ),
  devices: paths().prefault([]).describe('device lists that the names in the rules are checked against'),
  detectors: paths()
    .prefault([])
    .describe('descriptions of detectors, whose slow control the rules may name too'),
  poll: duration().prefault('1s').describe('how often the rule files are looked at for changes'),
});
export type AlarmEngineConfig = z.infer<typeof AlarmEngineConfig>;
