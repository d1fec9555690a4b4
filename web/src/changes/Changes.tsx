/** The ledger: what changed, as lanes over time with the incidents laid over them, and as a list beside it. */
import { Button, Drawer, SegmentedControl, Select } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { CHANGE_KINDS } from '#src/incident/change.ts';
import { CHANGE_KIND_WORDS } from '#src/triage/relation.ts';
import { get } from '../api/http.ts';
import { servicesQuery } from '../api/queries.ts';
import { useMayAct } from '../api/session.ts';
import { Copied } from '../pieces/Copied.tsx';
import '../pieces/records.css';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { useNow } from '../words/clock.ts';
import { count } from '../words/count.ts';
import { clockIn, dayIn } from '../words/time.ts';
import { ChangeCard } from './ChangeCard.tsx';
import { ChangeList } from './ChangeList.tsx';
import { ChangesPlaces } from './ChangesPlaces.tsx';
import { Lanes } from './Lanes.tsx';
import './ledger.css';
import {
  bandsOf,
  type LanesAnswer,
  type LanesBy,
  lanesOf,
  type Mark,
  type Window,
  windowOf,
  ZOOMS,
  type Zoom,
} from './lanes.ts';
import { listed } from './listed.ts';
import { RecordChange } from './RecordChange.tsx';

type Filters = { service: string; kind: string; environment: string; source: string };
const ALL: Filters = { service: '', kind: '', environment: '', source: '' };
const ZOOM_WORDS: Record<Zoom, string> = { 6: '6 h', 24: '24 h', 72: '3 d', 168: '7 d' };
/** As many marks, and as wide a reference, as the line has room for. */
const CELLS = { wide: 18, narrow: 11 };
const LABEL_WIDTH = { wide: 0.21, narrow: 0.33 };
const SOON_DAYS = 14;

const lanesQuery = ({ from, to }: Window, filters: Filters) =>
  queryOptions({
    queryKey: ['changes', 'lanes', from, to, filters],
    queryFn: ({ signal }) =>
      get<LanesAnswer>(
        '/change-lanes',
        {
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          ...Object.fromEntries(Object.entries(filters).filter(([, value]) => value)),
        },
        signal,
      ),
    placeholderData: keepPreviousData,
  });

export function Changes() {
  const mayAct = useMayAct();
  const [recording, setRecording] = useState(false);
  return (
    <Screen
      title="Changes"
      lead="Most incidents begin with one."
      action={
        mayAct && !recording ? <Button onClick={() => setRecording(true)}>Record a change</Button> : null
      }
    >
      <ChangesPlaces current="ledger" />
      {recording ? <RecordChange close={() => setRecording(false)} /> : null}
      <Ledger />
    </Screen>
  );
}

function Ledger() {
  const now = useNow();
  const [zoom, setZoom] = useState<Zoom>(24);
  const [back, setBack] = useState(0);
  const [by, setBy] = useState<LanesBy>('service');
  const [filters, setFilters] = useState(ALL);
  const [filtering, setFiltering] = useState(false);
  const chosen = Object.values(filters).filter(Boolean).length;
  const window = windowOf(zoom, back, now);
  const lanes = useQuery(lanesQuery(window, filters));
  const soon = useQuery(lanesQuery({ from: now, to: now + SOON_DAYS * 86_400_000 }, ALL));
  const planned = (soon.data?.items ?? []).filter((each) => each.state === 'planned').toReversed();
  const set = (part: Partial<Filters>) => setFilters({ ...filters, ...part });
  return (
    <>
      <div className="ledger-controls">
        <SegmentedControl
          aria-label="How long"
          data={ZOOMS.map((each) => ({ value: String(each), label: ZOOM_WORDS[each] }))}
          value={String(zoom)}
          onChange={(value) => {
            setZoom(Number(value) as Zoom);
            setBack(0);
          }}
        />
        <SegmentedControl
          aria-label="Lanes"
          data={[
            { value: 'service', label: 'By service' },
            { value: 'kind', label: 'By kind' },
          ]}
          value={by}
          onChange={(value) => setBy(value as LanesBy)}
        />
        <span className="ledger-steps">
          <Button variant="default" onClick={() => setBack(back + 1)}>
            Earlier
          </Button>
          <Button variant="default" disabled={back === 0} onClick={() => setBack(back - 1)}>
            Later
          </Button>
          {back > 0 ? (
            <Button variant="subtle" onClick={() => setBack(0)}>
              Now
            </Button>
          ) : null}
        </span>
        <Button
          className="ledger-filter-button"
          variant="default"
          aria-expanded={filtering}
          onClick={() => setFiltering(!filtering)}
        >
          {chosen ? `Filter (${chosen})` : 'Filter'}
        </Button>
      </div>
      <FilterFields filters={filters} set={set} answer={lanes.data} open={filtering} />
      <p className="quiet small ledger-time">{`${dayIn(window.from)} ${clockIn(window.from)} to ${dayIn(window.to)} ${clockIn(window.to)} UTC`}</p>
      <Shown of={lanes} rows={8}>
        {(answer) => (
          <Shelf
            key={`${by} ${zoom} ${back} ${JSON.stringify(filters)}`}
            answer={answer}
            by={by}
            window={window}
            filtered={chosen > 0}
          />
        )}
      </Shown>
      {planned.length ? (
        <section className="section ledger-planned">
          <h2 className="label">Planned within {SOON_DAYS} days</h2>
          <ChangeList changes={listed(planned)} label="Planned" choose={undefined} />
        </section>
      ) : null}
    </>
  );
}

/** `open`: on a phone they are folded away until they are asked for. */
type Fields = {
  filters: Filters;
  set: (part: Partial<Filters>) => void;
  answer: LanesAnswer | undefined;
  open: boolean;
};

function FilterFields({ filters, set, answer, open }: Fields) {
  const services = useQuery(servicesQuery).data?.items ?? [];
  const any = { value: '', label: 'Any' };
  // What is chosen stays to be seen, also where nothing of it occurs.
  const withChosen = (list: { value: string; label: string }[], chosen: string) =>
    chosen && !list.some(({ value }) => value === chosen)
      ? [...list, { value: chosen, label: chosen }]
      : list;
  return (
    <search className="filters ledger-filters" data-open={open}>
      <Select
        label="Service"
        size="md"
        searchable
        data={[any, ...services.map((each) => ({ value: each.id, label: each.name }))]}
        value={filters.service}
        onChange={(service) => set({ service: service ?? '' })}
        nothingFoundMessage="No service of that name"
      />
      <Select
        label="Kind"
        size="md"
        data={[any, ...CHANGE_KINDS.map((value) => ({ value, label: CHANGE_KIND_WORDS[value] }))]}
        value={filters.kind}
        onChange={(kind) => set({ kind: kind ?? '' })}
      />
      <Select
        label="Environment"
        size="md"
        data={withChosen(
          [any, ...(answer?.environments ?? []).map((value) => ({ value, label: value }))],
          filters.environment,
        )}
        value={filters.environment}
        onChange={(environment) => set({ environment: environment ?? '' })}
      />
      <Select
        label="Source"
        size="md"
        data={withChosen(
          [any, ...(answer?.sources ?? []).map(({ value, name }) => ({ value, label: name }))],
          filters.source,
        )}
        value={filters.source}
        onChange={(source) => set({ source: source ?? '' })}
      />
    </search>
  );
}

type ShelfProps = { answer: LanesAnswer; by: LanesBy; window: Window; filtered: boolean };

function Shelf({ answer, by, window, filtered }: ShelfProps) {
  const now = useNow();
  const narrow = useMediaQuery('(max-width: 899px)', undefined, { getInitialValueInEffect: false }) ?? false;
  const [mark, setMark] = useState<Mark>();
  const [shown, setShown] = useState<string>();
  const from = useRef<HTMLElement | null>(null);
  const size = narrow ? 'narrow' : 'wide';
  const lanes = lanesOf(answer.items, by, window, CELLS[size]);
  const bands = bandsOf(answer.incidents, window, now, LABEL_WIDTH[size]);
  const show = (id: string) => {
    from.current = document.activeElement as HTMLElement | null;
    setShown(id);
  };
  const choose = (chosen: Mark) => {
    const [first, second] = chosen.changes;
    setMark(chosen.key === mark?.key && !shown ? undefined : chosen);
    if (first && !second) show(first.id);
    else setShown(undefined);
  };
  const close = () => {
    setShown(undefined);
    from.current?.focus();
  };
  const inPlace = mark && mark.changes.length > 1 ? mark.changes.toReversed() : undefined;
  const all = listed(answer.items);
  const list = inPlace ? all.filter(({ ids }) => inPlace.some(({ id }) => ids.includes(id))) : all;
  if (answer.items.length === 0 && answer.incidents.length === 0)
    return filtered ? <p className="nothing">No change fits these filters in this time.</p> : <Empty />;
  const others = all.find(({ ids }) => shown && ids.includes(shown))?.services ?? [];
  const chosenCard = shown ? (
    <ChangeCard id={shown} services={others} framed={!narrow} close={close} />
  ) : null;
  return (
    <div className="ledger">
      <div className="ledger-chart">
        <Lanes
          lanes={lanes}
          bands={bands}
          window={window}
          now={now}
          narrow={narrow}
          chosen={mark?.key}
          choose={choose}
        />
        {answer.more ? (
          <p className="amber small">
            There are more changes than {count(answer.items.length, 'change')}. A shorter time shows all of
            them.
          </p>
        ) : null}
        {answer.items.length === 0 ? (
          <p className="quiet small">
            Nothing is recorded in this time. Whether that means anything stands under “What we would hear
            of”.
          </p>
        ) : null}
      </div>
      <aside className="ledger-side" aria-live="polite">
        {chosenCard && !narrow ? (
          chosenCard
        ) : (
          <>
            <div className="ledger-side-head">
              <h2 className="label">
                {count(list.length, 'change')}
                {inPlace ? ' in this place' : ''}
              </h2>
              {inPlace ? (
                <Button size="compact-md" variant="subtle" onClick={() => setMark(undefined)}>
                  Show all
                </Button>
              ) : null}
            </div>
            <ChangeList changes={list} label="Changes" choose={show} />
          </>
        )}
      </aside>
      {narrow ? (
        <Drawer opened={shown !== undefined} onClose={close} title="The change" position="bottom" size="88%">
          {chosenCard}
        </Drawer>
      ) : null}
    </div>
  );
}

function Empty() {
  return (
    <div className="nothing ledger-empty">
      <p>
        No change is recorded in this time. That is silence, not calm: until a pipeline tells of its changes,
        an incident cannot show what changed before it.
      </p>
      <p className="quiet small">
        One line at the end of a deployment connects it, with an API token from Settings and the slug of the
        service.
      </p>
      <Copied label="One line in any pipeline" text={CURL(location.origin)} wrapped />
    </div>
  );
}

const CURL = (base: string) =>
  `curl -X POST ${base}/api/v1/changes -H "authorization: Bearer $HUMDRUM_TOKEN" -H 'content-type: application/json' -d '{"summary": "checkout 4.12.0", "service": "checkout", "source": "ci"}'`;
