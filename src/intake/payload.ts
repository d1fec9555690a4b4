/** An alert keeps the event that opened it; what labels and details hold already is not kept twice. */

/**
 * @param row an alias with the columns `format`, `labels`, `details` and `payload`
 * @returns SQL for the event as it came, as `json`; null once it is emptied. An alert for Alertmanager's own address cannot come
 *   without labels, so a payload without them is what was left beside labels and details.
 */
export function wholePayload(row: string): string {
  return `case when ${row}.format = 'alertmanager_api' and ${row}.payload -> 'labels' is null
    then (jsonb_build_object('labels', ${row}.labels) || ${row}.details::jsonb || ${row}.payload::jsonb)::json
    else ${row}.payload end`;
}
