/** The weights of the suspect score: the rule book, or fitted to our own incidents; old against new before anybody switches. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { weightsPage } from '#src/triage/suspect-shapes.ts';
import { get, post } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { say, sayFailed } from '../shell/toast.ts';
import './suspects.css';

type Page = z.infer<typeof weightsPage>;
type Weights = Page['defaults'];
type Choice =
  | { use: 'proposal'; labelled: number }
  | { use: 'defaults' }
  | { use: 'earlier'; version: number };

const KEY = ['suspect-weights'];
const TERM_WORDS: Record<string, string> = {
  time: 'time',
  topology: 'distance',
  exposure: 'live where it hurts',
  text: 'shared names',
  kind: 'kind of change',
  history: 'record of the service',
  size: 'size',
  marks: 'marks',
  third_party: 'provider',
  scheduled: 'scheduled',
};
const HOW_WORDS = { refit: 'fitted', defaults: 'the rule book', earlier: 'back to earlier ones' };

export function SuspectWeights() {
  const page = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => get<Page>('/suspect-weights', {}, signal),
  });
  return <Shown of={page}>{(found) => <Weighed page={found} />}</Shown>;
}

function Weighed({ page }: { page: Page }) {
  const queries = useQueryClient();
  const choose = useMutation({
    mutationFn: (choice: Choice) => post<Page>('/suspect-weights', choice),
    onError: sayFailed,
    onSuccess: (answer) => {
      queries.setQueryData(KEY, answer);
      void queries.invalidateQueries({ queryKey: ['incidents'] });
      say('The weights are switched. Every lane is ordered by them from now on.');
    },
  });
  const { current, proposal } = page;
  const inUse = proposal !== null && same(proposal.weights, current.weights);
  return (
    <>
      <section className="section">
        <h2 className="label">In use</h2>
        <p>
          {current.version === 0 || same(current.weights, page.defaults)
            ? 'The rule book: every term counts as it is written.'
            : 'Weights of our own.'}
        </p>
        <Table weights={current.weights} next={inUse ? undefined : proposal?.weights} />
        {same(current.weights, page.defaults) ? null : (
          <ActButton
            variant="default"
            busy={choose.isPending}
            onClick={() => choose.mutate({ use: 'defaults' })}
          >
            Back to the rule book
          </ActButton>
        )}
      </section>
      <section className="section">
        <h2 className="label">Fitted to our own incidents</h2>
        {proposal ? (
          <>
            <p>
              Fitted to the older {proposal.fitted} incidents with a named trigger; compared on the latest{' '}
              {proposal.compared.after.n}, which it has not seen.
            </p>
            <table className="weights">
              <thead>
                <tr>
                  <th scope="col">The trigger stood</th>
                  <th scope="col">In use</th>
                  <th scope="col">Fitted</th>
                </tr>
              </thead>
              <tbody>
                <tr>
                  <td>first</td>
                  <Share of={proposal.compared.before} is="top1" />
                  <Share of={proposal.compared.after} is="top1" />
                </tr>
                <tr>
                  <td>among the first three</td>
                  <Share of={proposal.compared.before} is="top3" />
                  <Share of={proposal.compared.after} is="top3" />
                </tr>
              </tbody>
            </table>
            {inUse ? (
              <p className="quiet">These are in use. Another incident with a named trigger may move them.</p>
            ) : (
              <ActButton
                busy={choose.isPending}
                onClick={() => choose.mutate({ use: 'proposal', labelled: page.labelled })}
              >
                Use the fitted weights
              </ActButton>
            )}
          </>
        ) : (
          <p className="quiet">
            {page.labelled} of {page.needed} incidents have a named trigger. From {page.needed} on the weights
            can be fitted to them; until then there is only the rule book.
          </p>
        )}
      </section>
      {page.switches.length ? (
        <section className="section">
          <h2 className="label">Switches</h2>
          <ul className="rows">
            {page.switches.map((each) => (
              <li className="row" key={each.version}>
                <span>
                  {HOW_WORDS[each.how]}{' '}
                  <span className="quiet small">
                    by {each.chosenBy}, <Time at={each.chosenAt} show="both" />
                  </span>
                </span>
                {each.version === current.version ? (
                  <span className="quiet small">in use</span>
                ) : (
                  <ActButton
                    variant="subtle"
                    busy={choose.isPending}
                    onClick={() => choose.mutate({ use: 'earlier', version: each.version })}
                  >
                    Use these again
                  </ActButton>
                )}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

function Table({ weights, next }: { weights: Weights; next: Weights | undefined }) {
  return (
    <table className="weights">
      <thead>
        <tr>
          <th scope="col">Term</th>
          <th scope="col">In use</th>
          {next ? <th scope="col">Fitted</th> : null}
        </tr>
      </thead>
      <tbody>
        {Object.entries(weights).map(([term, weight]) => (
          <tr key={term}>
            <td>{TERM_WORDS[term]}</td>
            <td className="mono">{weight.toFixed(2)}</td>
            {next ? <td className="mono">{next[term as keyof Weights].toFixed(2)}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function same(one: Weights, other: Weights): boolean {
  return Object.entries(one).every(([term, weight]) => other[term as keyof Weights] === weight);
}

type Places = NonNullable<Page['proposal']>['compared']['before'];

/** With its count: a share of eighteen is not a share of a thousand. */
function Share({ of, is }: { of: Places; is: 'top1' | 'top3' }) {
  return (
    <td className="mono">
      {Math.round(of[is] * 100)}%{' '}
      <span className="quiet small">
        {Math.round(of[is] * of.n)} of {of.n}
      </span>
    </td>
  );
}
