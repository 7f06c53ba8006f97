import type { Services } from '../gateway.ts';
import { send } from '../http/body.ts';
import { type GatewayApp, routes } from '../http/env.ts';
import { ASSETS } from '../page/bundle.ts';

/** Addresses that the page itself makes sense of: each is answered with the same shell. */
const PLACES = ['/', '/boards', '/boards/*', '/d/*', '/alarms', '/alarms/*', '/silences'];

const MISSING = `This gateway has no shift page: its files are missing or cannot be put together, and its log says why.
Alarms, commands and boards are served all the same: /openapi.json describes how.
`;

/** The shift page. Everybody who may connect can read its files, since the form for signing in is one of them. */
export function pageRoutes({ page }: Services): GatewayApp {
  const app = routes();
  const { shell } = page;
  for (const place of PLACES)
    app.get(place, async c =>
      shell
        ? send(c, shell, { tagged: true, headers: { 'cache-control': 'no-cache' } })
        : c.text(MISSING, 503, { 'cache-control': 'no-store' }),
    );
  app.get(`${ASSETS}/:name`, async c => {
    const file = page.files.get(c.req.path);
    if (!file) return c.notFound();
    return send(c, file, { headers: { 'cache-control': 'public, max-age=31536000, immutable' } });
  });
  return app;
}
