import { type DiscordStandIn, discordStandIn } from '../../../fixtures/discord/stand-in.ts';
import { type Receiver, startReceiver } from '../../../fixtures/receiver/receiver.ts';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { notice, noticeOutcome } from '../../../protocol/messages/notice.ts';
import { subjects } from '../../../protocol/subjects.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { firstFrom, streamNow } from '../../../runtime/host/streams.ts';
import { countMessages } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import { type AlarmSystem, alarmSystem } from './alarm-system.ts';
import type { Evidence } from './judge.ts';
import { TOGGLING_RULES } from './toggling-alarms.ts';
import { bodiesOf, unbrokenDispatcher, unbrokenEngine } from './unbroken-run.ts';

/** Toggling alarms that are told to a webhook receiver (channel `log`) and a Discord (channel `chat`). */
export interface Stage extends AsyncDisposable {
  readonly system: AlarmSystem;
  readonly receiver: Receiver;
  readonly discord: DiscordStandIn;
  /** Waits until the rules are in force. */
  ready(): Promise<void>;
  /** Waits until nothing more comes of what was told, and gathers what is left. */
  evidence(): Promise<Omit<Evidence, 'interruptions'>>;
}

const FAST = { requests: 100_000, windowMs: 1000 };
const PATIENCE_MS = 120_000;
const QUIET_MS = 2_000;

export async function alarmStage(syncInterval?: 'always'): Promise<Stage> {
  await using owned = new AsyncDisposableStack();
  const receiver = owned.use(await startReceiver({ host: '127.0.0.1', port: 0, clock: Date.now }));
  const discord = owned.use(await discordStandIn({ rates: { route: FAST, shared: FAST, global: FAST } }));
  const env = { ALARM_LOG_URL: `${receiver.url}/alerts`, ALARM_BOT_TOKEN: discord.botToken };
  // The run to compare with reads the same section of the configuration in this process.
  Object.assign(process.env, env);
  const dispatcher = sectionOf(discord);
  const system = owned.use(
    await alarmSystem({
      rules: TOGGLING_RULES,
      dispatcher,
      env,
      ...(syncInterval === undefined ? {} : { syncInterval }),
    }),
  );
  const { nats } = system;
  const applied = subjects.alarmRulesApplied(nats.experiment);
  const kept = owned.move();
  return {
    system,
    receiver,
    discord,
    ready: () =>
      until(async () => (await firstFrom(nats, 'ALARM', 1, applied)) !== undefined, {
        timeoutMs: 60_000,
        what: 'rules in force',
      }),
    async evidence() {
      await settled(nats);
      return {
        told: await bodiesOf(nats, 'ALARM'),
        expected: await unbrokenEngine(nats),
        changes: await bodiesOf(nats, 'ALARM', alarmChange),
        decided: await bodiesOf(nats, 'NOTICE'),
        expectedNotices: await unbrokenDispatcher(nats, dispatcher),
        notices: await bodiesOf(nats, 'NOTICE', notice),
        outcomes: await bodiesOf(nats, 'OUTCOME', noticeOutcome),
        received: [...receiver.received],
        messages: discord.messages().map(({ id }) => id),
        deadLetters: await countMessages(nats, 'DEAD'),
      };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const sectionOf = ({ channel, api }: DiscordStandIn): object => ({
  channels: {
    log: { kind: 'webhook', url: { env: 'ALARM_LOG_URL' }, perMinute: 6000 },
    chat: { kind: 'discord', bot: { token: { env: 'ALARM_BOT_TOKEN' }, channel, api }, perMinute: 6000 },
  },
  routes: [
    { name: 'log', channels: ['log'], group: 'alarm', repeat: 'never', continue: true },
    { name: 'chat', channels: ['chat'], group: 'area', repeat: '5s' },
  ],
  groupInterval: '200ms',
});

/** Waits until nothing more comes of it all, and every notice has its outcome. */
async function settled(nats: Nats): Promise<void> {
  let before = '';
  let since = 0;
  await until(
    async () => {
      const ends = await Promise.all(
        (['ALARM', 'NOTICE', 'OUTCOME'] as const).map(async one => (await streamNow(nats, one)).lastSequence),
      );
      if (String(ends) !== before) [before, since] = [String(ends), performance.now()];
      if (performance.now() - since < QUIET_MS) return false;
      since = performance.now();
      const outcomes = await bodiesOf(nats, 'OUTCOME', noticeOutcome);
      const sent = outcomes.filter(({ result }) => result === 'sent').length;
      return sent === (await bodiesOf(nats, 'NOTICE', notice)).length;
    },
    { timeoutMs: PATIENCE_MS, what: 'an outcome of every notice' },
  );
}
