/** Grafana's alerting webhook: Alertmanager's shape with version "1", values, and links to panels. */
import type { ParsedBody } from '../../incoming.ts';
import { parse as parseGroup } from '../alertmanager/parse.ts';
import { isObject, textIn } from '../fields.ts';

/** @param body cleaned and redacted; told by its shape, for its templates and its version differ between releases */
export function parse(body: unknown, now: Temporal.Instant): ParsedBody {
  const { events, problems } = parseGroup(body, now);
  const source = isObject(body) ? textIn(body['receiver']) : undefined;
  const folder = events.map((event) => ({
    ...event,
    source: source ?? 'Grafana',
    serviceNames: [
      ...event.serviceNames,
      ...(event.labels['grafana_folder'] ? [event.labels['grafana_folder']] : []),
    ],
  }));
  return { events: folder, problems };
}
