import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { XmlRpcFaultError, type XmlRpcValue } from '../../protocol/xml-rpc/xml-rpc.ts';
import type { XmlRpcClient } from '../../runtime/xml-rpc/client.ts';

/** What a callback registration asks for. */
export interface CallbackRequest {
  readonly event: string;
  readonly delayMs: Milliseconds;
  readonly devices: readonly string[];
  /** Where and what the server is to call. */
  readonly url: string;
  readonly method: string;
}

export interface MethodNames {
  readonly start: string;
  readonly renew: string;
  readonly stop: string;
}

/** The Beams Division server as this actor uses it. Every call @throws SpillwayError XMLRPC_*. */
export interface BeamsServer {
  startCallback(
    request: CallbackRequest,
    signal: AbortSignal,
  ): Promise<{ readonly id: string; readonly leaseSeconds: number }>;
  /** Undefined when the server does not know the registration, or no more. */
  renewCallback(id: string, signal: AbortSignal): Promise<{ readonly leaseSeconds: number } | undefined>;
  stopCallback(id: string, signal: AbortSignal): Promise<void>;
  /** One reading struct per device, as decoded. A fault is for all of them. */
  getReadings(names: readonly string[], signal: AbortSignal): Promise<readonly unknown[]>;
  getReading(name: string, signal: AbortSignal): Promise<unknown>;
  /** The server's words for a status number. */
  getErrorInfo(status: number, signal: AbortSignal): Promise<string>;
}

const LeaseSeconds = z.number().positive();
const Started = z.object({ id: z.string().min(1).max(256), leaseSeconds: LeaseSeconds });
const Renewed = z.object({ leaseSeconds: LeaseSeconds });
const ErrorInfo = z.object({ verbose_text: z.string() });

/** Fault of `renewCallback` for a registration that is unknown or has expired. */
const UNKNOWN_REGISTRATION = 404;

/** The part of `XmlRpcClient` that is needed. */
export type Caller = Pick<XmlRpcClient, 'call'>;

/** Speaks to the server under the given method names; `getReading` and `getErrorInfo` are public (numi.md 3.1). */
export function beamsServer(client: Caller, names: MethodNames): BeamsServer {
  /** @throws SpillwayError XMLRPC_INVALID when the answer has another shape. */
  async function ask<Answer>(
    schema: z.ZodType<Answer>,
    method: string,
    params: readonly XmlRpcValue[],
    signal: AbortSignal,
  ): Promise<Answer> {
    const parsed = schema.safeParse(await client.call(method, params, { signal }));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new SpillwayError(
      'XMLRPC_INVALID',
      `answer to ${method}: ${issue?.path.join('.') || 'value'}: ${issue?.message}`,
    );
  }
  return {
    startCallback: ({ event, delayMs, devices, url, method }, signal) =>
      ask(Started, names.start, [event, Math.round(delayMs), devices, url, method], signal),
    async renewCallback(id, signal) {
      try {
        return await ask(Renewed, names.renew, [id], signal);
      } catch (error) {
        if (error instanceof XmlRpcFaultError && error.fault.code === UNKNOWN_REGISTRATION) return undefined;
        throw error;
      }
    },
    async stopCallback(id, signal) {
      await client.call(names.stop, [id], { signal });
    },
    getReadings: (devices, signal) => ask(z.array(z.unknown()), 'getReading', [devices], signal),
    getReading: (device, signal) => client.call('getReading', [device], { signal }),
    getErrorInfo: async (status, signal) =>
      (await ask(ErrorInfo, 'getErrorInfo', [status], signal)).verbose_text.slice(0, 200),
  };
}
