/** A process of one alarm engine, to be killed: `node mortal-engine.ts URL RULES`. */
import { alarmEngine } from '../../../actors/alarm-engine/actor.ts';
import { AlarmEngineConfig } from '../../../actors/alarm-engine/config.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { openTestNats } from '../../helpers/streams.ts';

const [url = '', rules = ''] = process.argv.slice(2);
const config = AlarmEngineConfig.parse({ rules, poll: '50ms' });
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
await using nats = await openTestNats(url);
await runActor(alarmEngine, config, hostOptions(nats, stop.signal, { instance: `engine-${process.pid}` }));
