import { eventTimeToMs } from '../../../../protocol/time.ts';
import type { ConfigOf } from '../config.ts';
import type { Sender } from '../guarded-channel.ts';
import { HttpClient } from '../http/exchange.ts';
import { postJson } from '../http/post-json.ts';
import { followable } from '../wording.ts';
import { annotationsOf, endOf, labelsOf, startOf } from './payload.ts';

/**
 * Posts alarms to an Alertmanager (`/api/v2/alerts`). Alertmanager forgets what it is not told of again before its end:
 * an alarm that is there gets an end far ahead, which its return moves to when it was. The same alert told twice is one.
 */
export function alertmanagerSender(config: ConfigOf<'alertmanager'>): Sender {
  const { url, authorization, hold, timeout, link } = config;
  const http = new HttpClient(timeout);
  const place = `${url.replace(/\/+$/, '')}/api/v2/alerts`;
  return {
    async deliver(notice, _repeated, signal) {
      const until = new Date(eventTimeToMs(notice.at) + hold).toISOString();
      const alerts = notice.items.map(item => ({
        labels: labelsOf(item),
        annotations: annotationsOf(item),
        startsAt: startOf(item),
        endsAt: item.firing ? until : endOf(item),
        generatorURL: followable(item.link, link) ?? '',
      }));
      if (alerts.length === 0)
        return { doubtful: false, detail: 'nothing that Alertmanager has a place for' };
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const { status } = await postJson(http, place, JSON.stringify(alerts), headers, signal);
      return { doubtful: false, detail: `HTTP ${status}` };
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
