/** Standard Webhooks 1.0.0: `{"type","timestamp","data"}`; the id of the message is the same in every retry. */
import { instantOf } from '../../time.ts';
import { type Told, told } from '../../told.ts';
import { changeByType } from '../by-type.ts';
import { isObject, textIn } from '../fields.ts';

/** @param id the header webhook-id */
export function parse(body: unknown, id: string | undefined): Told {
  if (!isObject(body)) return told({ problems: ['The body is not a JSON object.'] });
  const type = textIn(body['type']);
  if (!type) return told({ problems: ['There is no "type" in the body.'] });
  if (!id) return told({ problems: ['The header webhook-id is missing.'] });
  const change = changeByType({
    id,
    type,
    subject: undefined,
    source: 'Webhook',
    at: instantOf(body['timestamp']),
    data: isObject(body['data']) ? body['data'] : {},
  });
  return typeof change === 'string'
    ? told({ delivery: id, others: [change] })
    : told({ delivery: id, changes: [change] });
}
