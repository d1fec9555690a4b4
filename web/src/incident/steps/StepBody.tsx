/** Which prepared answer belongs to which next step. */
import type { NextStepKind } from '#incident/view.ts';
import { Acknowledge } from './Acknowledge.tsx';
import { ApproveWatch } from './ApproveWatch.tsx';
import { AskAffected } from './AskAffected.tsx';
import type { Step } from './acting.ts';
import { CallClient } from './CallClient.tsx';
import { CallUntold } from './CallUntold.tsx';
import { CheckData } from './CheckData.tsx';
import { ChooseCategory } from './ChooseCategory.tsx';
import { Classify } from './Classify.tsx';
import { ClientMessage } from './ClientMessage.tsx';
import { Close } from './Close.tsx';
import { Confirm } from './Confirm.tsx';
import { Decide } from './Decide.tsx';
import { HandOver } from './HandOver.tsx';
import { LookAt } from './LookAt.tsx';
import { MessageStep } from './MessageStep.tsx';
import { Nothing } from './Nothing.tsx';
import { Resolve } from './Resolve.tsx';
import { Restore } from './Restore.tsx';
import { ReviewChanges } from './ReviewChanges.tsx';
import { SecondPerson } from './SecondPerson.tsx';
import { SettleFix } from './SettleFix.tsx';
import { Watch } from './Watch.tsx';
import { WritePostmortem } from './WritePostmortem.tsx';

export function StepBody({ kind, ...step }: Step & { kind: NextStepKind }) {
  switch (kind) {
    case 'acknowledge':
      return <Acknowledge {...step} />;
    case 'confirm':
      return <Confirm {...step} />;
    case 'classify':
      return <Classify {...step} />;
    case 'ask_affected':
      return <AskAffected {...step} />;
    case 'tell':
      return <MessageStep {...step} kind="first" />;
    case 'update':
      return <MessageStep {...step} kind="next" />;
    case 'tell_client':
      return <ClientMessage {...step} kind="first" />;
    case 'update_client':
      return <ClientMessage {...step} kind="next" />;
    case 'call_client':
      return <CallClient {...step} />;
    case 'call_untold':
      return <CallUntold {...step} />;
    case 'tell_works_again':
      return <MessageStep {...step} kind="works_again" />;
    case 'tell_is_back':
      return <MessageStep {...step} kind="is_back" />;
    case 'tell_final':
      return <MessageStep {...step} kind="final" />;
    case 'stand_down':
      return <MessageStep {...step} kind="stand_down" />;
    case 'correct':
      return <MessageStep {...step} kind="correction" />;
    case 'second_person':
      return <SecondPerson {...step} />;
    case 'check_data':
      return <CheckData {...step} />;
    case 'what_changed':
      return <ReviewChanges {...step} />;
    case 'choose_category':
      return <ChooseCategory {...step} />;
    case 'restore':
      return <Restore {...step} />;
    case 'approve_watch':
      return <ApproveWatch {...step} />;
    case 'watch':
      return <Watch {...step} />;
    case 'resolve':
      return <Resolve {...step} />;
    case 'hand_over':
      return <HandOver {...step} />;
    case 'write_postmortem':
      return <WritePostmortem {...step} />;
    case 'settle_fix':
      return <SettleFix {...step} />;
    case 'look_at':
      return <LookAt {...step} />;
    case 'decide':
      return <Decide {...step} />;
    case 'close':
      return <Close {...step} />;
    case 'nothing':
      return <Nothing {...step} />;
  }
}
