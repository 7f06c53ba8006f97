import type { HttpAnswer, HttpClient } from './exchange.ts';
import { verdict } from './verdict.ts';

/** @throws ChannelError unless the answer is 200 to 299 */
export async function postJson(
  http: HttpClient,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const all = { 'content-type': 'application/json', ...headers };
  const answer = await http.exchange({ method: 'POST', url, body, headers: all }, signal);
  const error = verdict(answer);
  if (error) throw error;
  return answer;
}
