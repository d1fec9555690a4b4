/** Which services have no playbook for which kind of failure. "Something else" needs none. */
import type { Db } from '#platform/db/database.ts';
import { CATEGORIES } from '../cards.ts';
import type { MissingView } from './shapes.ts';

const SERVICES_MAX = 500;
const NEEDED = CATEGORIES.filter((each) => each !== 'other');

/** One for every service counts for each of them; one for every kind of failure counts for all kinds of its services. */
export async function missingOf(db: Db): Promise<MissingView[]> {
  const services = await db
    .selectFrom('service')
    .select(['id', 'name'])
    .where('archived_at', 'is', null)
    .orderBy('name')
    .limit(SERVICES_MAX)
    .execute();
  const playbooks = await db
    .selectFrom('playbook')
    .select(['category', 'service_ids'])
    .where('archived_at', 'is', null)
    .where('steps', '>', 0)
    .execute();
  return services.flatMap(({ id, name }) => {
    const here = playbooks.filter((each) => !each.service_ids.length || each.service_ids.includes(id));
    const categories = NEEDED.filter(
      (kind) =>
        !here.some(
          (each) => each.category === kind || (each.category === null && each.service_ids.length > 0),
        ),
    );
    return categories.length ? [{ serviceId: id, serviceName: name, categories }] : [];
  });
}
