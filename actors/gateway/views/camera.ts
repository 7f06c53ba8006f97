import { type Display, display } from '../../../protocol/messages/display.ts';
import { type RunSummary, runSummary } from '../../../protocol/messages/run-summary.ts';
import { type RunBegin, type RunEnd, runBegin, runEnd } from '../../../protocol/messages/run-transition.ts';
import type { ActorContext, Lane } from '../../../runtime/actor.ts';
import type { LiveHub } from '../live/hub.ts';
import { DisplaysView, KEPT } from './displays.ts';
import { RunsView } from './runs.ts';
import { tailOf } from './tail.ts';

/** Begins, ends and pedestals of the last few runs of a few detectors, and as many summaries. */
const LAST_RUNS = 100;

/** What the camera chain says now: pictures for people, and which run it is. */
export class CameraViews {
  readonly displays = new DisplaysView();
  readonly runs = new RunsView();

  /** @param live is told what is new */
  lanes(
    live: Pick<LiveHub, 'display' | 'run'>,
    context: Pick<ActorContext, 'read' | 'log' | 'signal'>,
  ): Lane[] {
    return [
      tailOf<Display>(
        {
          stream: 'DISPLAY',
          types: [display],
          last: 2 * KEPT,
          see: message => {
            const latest = this.displays.see(message);
            if (latest) live.display(latest.caption);
          },
        },
        context,
      ),
      tailOf<RunBegin | RunEnd>(
        {
          stream: 'RUN',
          types: [runBegin, runEnd],
          last: LAST_RUNS,
          see: ({ type, body }) =>
            live.run(
              type === runBegin.type ? this.runs.began(body as RunBegin) : this.runs.ended(body as RunEnd),
            ),
        },
        context,
      ),
      tailOf<RunSummary>(
        {
          stream: 'SUMMARY',
          types: [runSummary],
          last: LAST_RUNS,
          see: ({ body }) => live.run(this.runs.summed(body)),
        },
        context,
      ),
    ];
  }
}
