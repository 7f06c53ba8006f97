import { SpillwayError } from '../../protocol/errors.ts';
import { pedestal } from '../../protocol/messages/pedestal.ts';
import { type RawEvent, rawEvent } from '../../protocol/messages/raw-event.ts';
import { type RunEnd, runEnd } from '../../protocol/messages/run-transition.ts';
import { subjects } from '../../protocol/subjects.ts';
import { eventTimeFromMs } from '../../protocol/time.ts';
import { type ActorContext, type ActorDefinition, type Task, work } from '../../runtime/actor.ts';
import { PedestalMakerConfig } from './config.ts';
import { makePedestals, refusal } from './make-pedestals.ts';

/** On the last one nothing is tried any more: what has killed the actor so often is refused, so that nobody waits for it. */
const ATTEMPTS = 4;

export const pedestalMaker: ActorDefinition<PedestalMakerConfig> = {
  name: 'pedestal-maker',
  summary: 'makes the maps of mean and RMS of every pedestal run',
  consumes: ['RUN', 'EVENT'],
  produces: ['RUN'],
  watches: ['EVENT'],
  eventStore: 'write',
  config: PedestalMakerConfig,
  start: async (config, context) => ({
    lanes: [
      work<RunEnd>({
        stream: 'RUN',
        subject: subjects.runEnds(context.experiment),
        types: [runEnd],
        concurrency: 1,
        vanishedAfterMs: config.vanishedAfter,
        attempts: ATTEMPTS,
        work: task => publishPedestals(task, config, context),
      }),
    ],
    [Symbol.asyncDispose]: async () => undefined,
  }),
};

async function publishPedestals(
  { message, attempt, signal }: Task<RunEnd>,
  config: PedestalMakerConfig,
  context: ActorContext,
): Promise<void> {
  const run = message.body;
  if (!run.pedestal) return;
  const startedAt = performance.now();
  const at = eventTimeFromMs(context.clock());
  const pedestals =
    attempt < ATTEMPTS
      ? await makePedestals(run, await eventsOf(run, context), {
          ...config,
          eventStore: context.eventStore,
          at,
          signal,
        })
      : [refusal(run, at, new SpillwayError('ACTOR_CRASHED', `no end of ${attempt - 1} attempts is known`))];
  for (const body of pedestals) {
    await context.publish({ type: pedestal, body, hops: message.hops });
    const { outcome, leftOut } = body;
    context.count('pedestals', { outcome: outcome.kind === 'refused' ? outcome.code : outcome.kind });
    if (outcome.kind === 'refused' || leftOut.length > 0)
      context.log.warn(
        { run: run.run, camera: body.camera, leftOut, outcome },
        outcome.kind === 'refused'
          ? `no pedestal of run ${run.run}: ${outcome.reason}`
          : `pedestal of run ${run.run} without ${leftOut.length} events`,
      );
  }
  context.observe('pedestals_made', performance.now() - startedAt);
}

async function eventsOf({ site, detector, run }: RunEnd, context: ActorContext): Promise<RawEvent[]> {
  const messages = await context.latest(rawEvent, subjects.rawEventsOfRun(context.experiment, detector, run));
  return messages.map(({ body }) => body).filter(body => body.site === site);
}
