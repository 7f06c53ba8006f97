import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import type { Milliseconds } from '../../../../protocol/time.ts';
import type { ChannelServices } from '../channel.ts';
import { ChannelError } from '../channel-error.ts';
import type { ConfigOf } from '../config.ts';
import type { Sender } from '../guarded-channel.ts';
import { excerpt } from '../http/verdict.ts';
import { mailOf } from './mail.ts';

/** A server that does not accept our password is left in peace for so long. */
const SHUT_MS: Milliseconds = 10 * 60_000;

type EmailConfig = ConfigOf<'email'>;

/** Sends each notice as a mail over a connection of its own. */
export function emailSender(
  config: EmailConfig,
  { experiment }: Pick<ChannelServices, 'experiment'>,
): Sender {
  const { from, to, timeout, link: base } = config;
  const transport = createTransport(transportOf(config));
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    async deliver(notice, repeated, signal) {
      const { urgent, references, ...mail } = mailOf(notice, { experiment, domain, base }, repeated);
      const sending = transport.sendMail({
        ...mail,
        from,
        to,
        references,
        inReplyTo: references,
        priority: urgent ? 'high' : 'normal',
        // RFC 3834: nobody's absence is to answer it.
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      try {
        const { rejected, response } = await within(
          sending,
          AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
        );
        const without = rejected.length > 0 ? `; ${rejected.length} of ${to.length} readers refused` : '';
        return { doubtful: repeated, detail: excerpt(response) + without };
      } catch (error) {
        signal.throwIfAborted();
        throw asTold(error);
      }
    },
    async [Symbol.asyncDispose]() {
      transport.close();
    },
  };
}

const transportOf = ({ host, port, security, ca, user, password, timeout }: EmailConfig) => ({
  host,
  port,
  secure: security === 'tls',
  requireTLS: security === 'starttls',
  ignoreTLS: security === 'none',
  ...(ca === undefined ? {} : { tls: { ca: readFileSync(ca) } }),
  ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
  connectionTimeout: timeout,
  greetingTimeout: timeout,
  socketTimeout: timeout,
  // No text of ours may make it read a file or an address.
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** The library cannot be stopped; what it is at goes on without us, until its own time is over. */
async function within<T>(sending: Promise<T>, stop: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const onStop = (): void => stopped.reject(stop.reason);
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  try {
    return await Promise.race([sending, stopped.promise]);
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}

/** Failures before a mail is handed over; the library tells them by these codes. */
const NOT_HANDED_OVER = ['EDNS', 'ETLS', 'EAUTH', 'ENOAUTH', 'EENVELOPE', 'EMAXLIMIT'];

function asTold(error: unknown): ChannelError {
  const { code = '', responseCode, syscall = '', message } = readError(error);
  const text = `SMTP${code === '' ? '' : ` ${code}`}: ${excerpt(message)}`;
  if (responseCode !== undefined && responseCode >= 500) {
    return new ChannelError('CHANNEL_REFUSED', text, { quietMs: code === 'EAUTH' ? SHUT_MS : 0 });
  }
  const unclear = responseCode === undefined && !NOT_HANDED_OVER.includes(code) && syscall !== 'connect';
  return new ChannelError('CHANNEL_AWAY', text, { unclear });
}

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly syscall?: string;
  readonly message: string;
}

const readError = (error: unknown): SmtpError =>
  error instanceof Error ? error : { message: String(error) };
