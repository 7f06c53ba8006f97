import { createHmac } from 'node:crypto';
import { notice as noticeMessage } from '../../../protocol/messages/notice.ts';
import { payloadOf } from './alertmanager/payload.ts';
import type { ChannelServices } from './channel.ts';
import type { ConfigOf } from './config.ts';
import type { Sender } from './guarded-channel.ts';
import { HttpClient } from './http/exchange.ts';
import { postJson } from './http/post-json.ts';
import { excerpt } from './http/verdict.ts';

/**
 * Posts what Alertmanager's webhooks post. `Idempotency-Key` is equal for every try of one notice, so that a receiver
 * that remembers it has each notice once.
 */
export function webhookSender(
  config: ConfigOf<'webhook'>,
  { clock }: Pick<ChannelServices, 'clock'>,
): Sender {
  const { url, authorization, headers, signing, timeout, link } = config;
  const http = new HttpClient(timeout);
  return {
    async deliver(notice, repeated, signal) {
      const body = JSON.stringify(payloadOf(notice, link));
      const seconds = Math.floor(clock() / 1000);
      const answer = await postJson(
        http,
        url,
        body,
        {
          ...headers,
          ...(authorization === undefined ? {} : { authorization }),
          ...(signing === undefined ? {} : { 'x-spillway-signature': signatureOf(signing, seconds, body) }),
          'idempotency-key': encodeURIComponent(noticeMessage.identity(notice)),
        },
        signal,
      );
      const detail = `HTTP ${answer.status} ${excerpt(answer.text)}`.trim();
      return { doubtful: repeated, detail };
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

/** `t=SECONDS,v1=HEX`: HMAC-SHA-256 of `SECONDS.BODY`. The time is signed too, so that an old message proves nothing. */
export const signatureOf = (key: string, seconds: number, body: string): string =>
  `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`;
