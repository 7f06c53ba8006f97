import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { ServerLimits } from './options.ts';
import type { ServerTls } from './tls.ts';

/** A server that holds its callers to the limits on time and headers. */
export function createHttpServer(limits: ServerLimits, tls: ServerTls | undefined): Server {
  const { headerBytes, headersMs, requestMs, idleMs } = limits;
  // Node refuses to start with more patience for the headers than for all.
  const headersTimeout = Math.min(headersMs, requestMs);
  const options = {
    maxHeaderSize: headerBytes,
    headersTimeout,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: Math.max(20, headersTimeout / 4),
    noDelay: true,
    // Node would refuse a request without one by itself, untold; we serve one path under any name.
    requireHostHeader: false,
  };
  if (!tls) return createServer(options);
  return createSecureServer({
    ...options,
    ...tls,
    handshakeTimeout: headersTimeout,
    // Who has no good certificate is let in so far that he can be told.
    requestCert: tls.ca !== undefined,
    rejectUnauthorized: false,
  });
}
