/** Writing a postmortem: four sections with their questions beside, saved as one writes, published when nothing is missing. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import './learn.css';
import './agree.css';
import '../pieces/records.css';
import { useMayAct } from '../api/session.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Severity } from '../pieces/Severity.tsx';
import { Shown } from '../pieces/States.tsx';
import { CoverForm, CoverNotice } from './Cover.tsx';
import { Editor } from './Editor.tsx';
import { KnownBefore } from './KnownBefore.tsx';
import { OutsideTexts } from './OutsideTexts.tsx';
import { OwnerAsked } from './OwnerAsked.tsx';
import { Standing } from './Postmortems.tsx';
import { type Postmortem, postmortemQuery } from './postmortem.ts';
import { Reading } from './Reading.tsx';
import { Reviews } from './Reviews.tsx';
import { TakeAlong } from './TakeAlong.tsx';
import { Versions } from './Versions.tsx';

const BACK = (
  <Link to={'/postmortems' as '/'} className="back">
    ← Postmortems
  </Link>
);

export function PostmortemScreen() {
  const { id } = useParams({ strict: false }) as { id: string };
  const postmortem = useQuery(postmortemQuery(id));
  const mayAct = useMayAct();
  if (!postmortem.data)
    return (
      <Screen title="Postmortem" lead={BACK}>
        <Shown of={postmortem}>{() => null}</Shown>
      </Screen>
    );
  const { data } = postmortem;
  return (
    <Screen title={data.title} lead={<Lead postmortem={data} />}>
      <CoverNotice postmortem={data} />
      <OwnerAsked postmortem={data} />
      <KnownBefore incidentId={data.incidentId} />
      {mayAct && !data.coveredBy ? (
        <Editor key={id} postmortem={data}>
          <Reviews postmortem={data} />
        </Editor>
      ) : (
        <>
          <Reading postmortem={data} />
          <Reviews postmortem={data} />
        </>
      )}
      <OutsideTexts postmortem={data} />
      <Versions postmortem={data} />
      <TakeAlong postmortem={data} />
      {mayAct ? <CoverForm postmortem={data} /> : null}
    </Screen>
  );
}

function Lead({ postmortem }: { postmortem: Postmortem }) {
  return (
    <>
      {BACK}
      <br />
      <Severity is={postmortem.severity as 'P1'} over />{' '}
      <Link to="/incidents/$id" params={{ id: postmortem.incidentId }}>
        INC-{postmortem.incidentNumber}
      </Link>{' '}
      · <Standing postmortem={postmortem} />
    </>
  );
}
