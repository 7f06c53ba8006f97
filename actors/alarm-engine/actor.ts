import { type ActorDefinition, whenRun } from '../../runtime/actor.ts';
import { AlarmEngineConfig } from './config.ts';
import { findRuleFiles, readRuleFiles } from './rule-files.ts';

export const alarmEngine: ActorDefinition<AlarmEngineConfig> = {
  name: 'alarm-engine',
  summary: 'holds readings, slow control, heartbeats and ledger against the alarm rules; tells each change',
  consumes: ['BEAM', 'LEDGER', 'HEALTH', 'COMMAND', 'TIMER', 'SLOW'],
  produces: ['ALARM', 'COMMAND'],
  config: AlarmEngineConfig,
  async check(config) {
    const { checkerOf } = await import('./checker.ts');
    const check = await checkerOf(config);
    check(await readRuleFiles(await findRuleFiles(config.rules)));
  },
  start: whenRun(() => import('./start.ts')),
};
