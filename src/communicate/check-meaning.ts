/** What a text says, recognised by its words: its status, who cannot do what, what we are doing. Pure; the web may import it. */

export type Sentence = { text: string; start: number; end: number };
/** The stages of the process, as a text may name them. */
export type Stage = 'looking' | 'cause_known' | 'repairing' | 'watching' | 'restored' | 'resolved';

/** Sentences with their places; a time ("2 p.m. UTC"), a version or a decimal number does not end one. */
export function sentencesOf(text: string): Sentence[] {
  const found: Sentence[] = [];
  for (const match of text.matchAll(
    /\S(?:[^.!?\n]|[.!?](?!\s|$)|(?<=\b[ap]\.m)\.(?=\s+[A-Z]{2,4}\b))*[.!?]*/g,
  ))
    found.push({ text: match[0], start: match.index, end: match.index + match[0].length });
  return found;
}

/** "Is resolved" as a claim; "until it is resolved" claims nothing. */
export const RESOLVED =
  /(?<!\b(?:once|until|when|if|before|whether|ensure|validate|verify|confirm|confirmation|confident|confidence)\s(?:\S+\s){0,8})\b(?:is|are|was|were|been|now|it['’]s) (?:now |fully |completely )*resolved\b/i;

const STAGES: [Stage, RegExp][] = [
  ['resolved', /^\W*(?:status:\s*)?(?:resolved|completed|closed)\b/i],
  ['resolved', RESOLVED],
  [
    'restored',
    /\b(?:restored|recovered|works? again|working again|mitigated|back to normal|(?:operating|working|works?|functioning|performing) normally|fixed|(?:have|has|['’]ve) resolved)\b/i,
  ],
  ['watching', /\b(?:monitoring|watching|checking the repair|recovering|recovery)\b/i],
  [
    'repairing',
    /\b(?:mitigat\w+|a fix|roll(?:ing|ed)? ?back|revert\w*|in progress|maintenance|repair\w*|remediat\w+)\b/i,
  ],
  ['cause_known', /\b(?:identified|know the cause|cause is known|found the cause)\b/i],
  [
    'looking',
    /\b(?:investigat\w+|aware of|looking (?:into|at)|we are looking|being looked|status\s*:\s*\w+)\b/i,
  ],
];

/** @returns the furthest stage that the text names, or undefined when it names none */
export function stageOf(text: string): Stage | undefined {
  return STAGES.find(([, pattern]) => pattern.test(text))?.[0];
}

/** "Resolved?", "should be fine": said without a look that proves it. */
export const HEDGED =
  /(?:\bresolved(?:\s*\?+|,? (?:we|I) (?:think|hope|believe)\b)|\bshould (?:now |all |hopefully )*(?:be|work|function)(?: \w+)? (?:fine|ok(?:ay)?|good|well|again|now|normal(?:ly)?|resolved|fixed)\b|\bshould (?:now |hopefully )+be (?:resolved|fixed|back|working|restored)\b|\b(?:seems?|appears?|looks?)(?: like it(?: is|['’]s)?| to be| to have been| that it is)?(?: now)? (?:fine|ok(?:ay)?|good|resolved|fixed|back|normal|gone)\b|\b(?:probably|presumably|hopefully) (?:resolved|fixed|fine|over)\b|\b(?:we )?(?:think|believe|hope) (?:that )?(?:it|this|the (?:issue|problem|incident))(?: is|['’]s| has been| to be) (?:now )?(?:resolved|fixed|over)\b)(?!\s+(?:in|by|within|shortly|soon|before|over|later|tomorrow|tonight|today)\b)/gi;

// What somebody cannot do, or can do again. "An issue" is nothing yet; "an issue with exports" is.
const EFFECT =
  /\b(?:cannot|can['’]?t|can not|(?:nobody|no one) can|could not|couldn['’]t|unable|not able|no longer|fail(?:s|ed|ing|ures?)?|down|downtime|unavailab\w+|unreachable|inaccessible|offline|slow(?:er|ly|ness|ed|s)?|delay(?:s|ed|ing)?|degrad\w+|errors?|erroring|return(?:s|ed|ing)? [45](?:xx|\d\d)|[45]\d\ds|brok(?:e|en)|missing|lost|wrong(?:ly)?|incorrect(?:ly)?|stale|late|interrupt\w*|disrupt\w*|time(?:d|s)?[ -]?outs?|timing out|stuck|block(?:s|ed|ing)|reject\w*|refus\w+|intermittent\w*|outage|affect(?:s|ed|ing)|impact(?:s|ed|ing)|stop(?:s|ped)|not (?:\w+ly )?(?:be(?:ing)? )?(?:work|load|respond|deliver|start|process|display|show|sent|send|receiv|run|available|open|save|complete|access|propagat)\w*|(?:does|do|did)(?: not|n['’]t)|elevated|increased|increases?|reduced|high(?:er)?|limited|latenc\w+|work(?:s|ed|ing)? (?:again|normally|as)|normal(?:ly)?|recover\w*|restored|unchanged|(?:can|could) (?:\w+ )+again|use .{1,60} again|is back|are back|(?:issues?|problems?|trouble|difficult(?:y|ies)|incident) (?:\w+ing|with|affecting|in|on|for|accessing|when|using|impacting)|drop(?:s|ped)?|duplicate\w*|twice|expired?|exposed|read by|queued?|paused|throttl\w+|crash\w*|hang(?:s|ing)?|frozen|empty|unusable|unresponsive|mistakenly|prevent(?:s|ed|ing)?|[45]\d\d (?:responses?|errors?)|false alarm|incomplete|inaccurate|outdated|corrupt\w*|longer than|blank|disappear\w*|works(?! on| to| with| towards| hard))\b/i;
/** Words that say nothing about what is affected. */
const EMPTY = new Set(
  `a an the and or but of for to in on at by with from as is are was were be been being it its this that these those there we our us you your they their has have had
having will would may might can could cannot should not no any some all more most few many other others now still currently also already since until while when where which who what how if so
than then very just only about after before between into through during under over out up off again back continue continues continuing continued see seeing seen reports report reported reporting
experience experiences experiencing investigating investigate investigated investigation identified identify monitoring monitor resolved resolve restored working work works worked looking aware
issue issues problem problems difficulty difficulties trouble technical incident incidents service services system systems performance degraded degradation impact impacted impacts affected
affecting affect effects error errors failure failures failed failing fail fails unavailable unavailability availability down outage disruption disrupted disruptions interruption slow slowness delayed delay delays elevated increased
increase increases high higher levels level rate rates intermittent intermittently latency normal normally recover recovering recovered recovery mitigated mitigation mitigating fix fixed fixes
applied apply status update updates next provide provided additional further information soon shortly utc gmt cause caused root team teams engineers unchanged change
today possible potential partial partially known new nothing something things experienced stopped lost broken wrong limited paused unable able`.split(
    /\s+/,
  ),
);
const PEOPLE =
  /\b(?:users?|customers?|clients?|people|visitors?|members?|subscribers?|tenants?|everyone|everybody|nobody|no one|organi[sz]ations?|you)\b/i;
const VAGUE_TROUBLE = /\b(?:issues?|problems?|trouble|difficult(?:y|ies)|incident)\b/i;

/** @returns whether one sentence names an effect, and what or whom it meets */
export function saysImpact(text: string): boolean {
  return sentencesOf(text).some(({ text: sentence }) => {
    if (!EFFECT.test(sentence) || /\bnext (?:update|message)\b/i.test(sentence)) return false;
    const words = sentence.replace(/^\s*(?:impact|affected)\s*:/i, '').match(/\p{L}[\p{L}\p{N}'’-]*/gu) ?? [];
    const things = words.filter((word, index) => {
      if (word.length <= 2 || PEOPLE.test(word)) return false;
      // A capital in the middle of a sentence makes a name of a common word: "degraded performance for Issues".
      return !EMPTY.has(word.toLowerCase()) || (index > 0 && /^[A-Z][a-z]/.test(word));
    });
    if (things.length > 0) return true;
    // "Users are experiencing issues" says whom it meets, and still not what.
    return PEOPLE.test(sentence) && EFFECT.test(sentence.replace(VAGUE_TROUBLE, ''));
  });
}

/** Said instead of an impact, and saying nothing: "technical difficulties". */
export const SAYS_NOTHING =
  /^\W*(?:we (?:are|['’]re) (?:currently )?(?:experiencing|having|seeing|aware of) )?(?:(?:some|an?|the|technical|minor|ongoing|unexpected) )*(?:difficulties|issues?|problems?|trouble|disruption)\W*$/i;

const NO_ACTION = new Set(
  'experiencing seeing having facing suffering observing noticing receiving getting going being expecting hoping feeling following using lacking missing including regarding during impacting affecting causing resulting leading preventing returning starting beginning taking failing timing erroring degrading loading slowing crashing hanging dropping recovering responding performing operating rising'.split(
    ' ',
  ),
);
const DOERS =
  'we|teams?|engineers?|developers?|colleagues|operators|technicians|staff|support|specialists|experts|providers?|vendors?|suppliers?|partners?';
const DOING = new RegExp(
  `\\b(?:${DOERS})\\b(?:\\s+(?!that\\b|when\\b|if\\b)\\w+){0,3}?(?:\\s+(?:are|is|been)|['’]re)\\s+(?:(?:now|still|currently|also|actively|all|already|both|urgently|closely|just|continuing to|in (?:the )?process of|not|\\w+ly)\\s+)*(\\w+ing(?: over)?)\\b(\\s+hard\\b)?`,
  'gi',
);
// Inside the house, and in a field of its own, anybody may be the one who does it.
const ANYBODY_DOING =
  /\b(?:is|are|['’]s|['’]re) (?:(?:now|still|currently|also|actively|\w+ly) )*(\w+ing(?: over)?)\b(\s+hard\b)?/gi;
const AND_DOING =
  /\b(?:we|team|provider)\b[^.;]*?(?:,|\band) (?:(?:is|are|now|currently|actively|still) )*(\w+ing(?: over)?)\b(\s+hard\b)?/gi;
const DONE_WORDS =
  'applied|deployed|performed|remediated|corrected|resolved|rolled|reverted|undone|restarted|started|begun|disabled|enabled|mitigated|scaled|moved|switched|redirected|rerouted|paused|blocked|limited|increased|reduced|implemented|replaced|removed|repaired|restored|added|opened|asked|called|escalated|ruled|contacted|isolated|failed over|turned|taken|completed|put|made|pushed|released|shifted|rotated|cleared|purged|resumed|engaged|reindexed';
const HAS_DONE = new RegExp(
  `\\b(?:${DOERS})(?:['’]ve)?\\b(?:\\s+(?:have|has|\\w+ly|now|also|already|just|again))*\\s+(?:${DONE_WORDS}|undid|began|took)\\b`,
  'i',
);
const IS_DONE = new RegExp(
  `\\b(?:has|have) (?:now |already |also )*been (?:\\w+ly )?(?:${DONE_WORDS})\\b|\\b(?:is|are) (?:now |currently |still |also )*being \\w+|\\b(?:roll-?back|fix|repair|restart|failover|restore|deployment|mitigation|re-?index\\w*|recovery|work)\\b[^.]{0,30}\\b(?:is|are) (?:\\w+ )?(?:done|complete|running|in progress|under ?way|rolling out|ready)\\b`,
  'i',
);
const GOES_ON =
  /\b(?:we|team|teams|engineers|and|but)\b(?: \w+ly)?(?: will)? (?:continue|continuing|keep) (?:to (?!experience|see|have|be)\w+|the \w+|(?!experiencing|seeing|having)\w+ing)|\bwhile we (?:work|investigate|repair|fix|check)\b/i;
const UNDER_WAY =
  /\b(?:work|investigations?|mitigations?|repairs?|recovery|restore|roll-?back|fix|deployment)\b[^.]{0,40}\b(?:in progress|progress(?:ing|es)|under ?way|ongoing|has deployed|rolling out)\b/i;
const OPENING =
  /^\W*(?:still |now |currently |actively |continuing to )*(?:investigat(?:ing|e)|checking|analy[sz]ing|restarting|reverting|deploying|applying|testing|verifying|moving|switching|restoring|replacing|repairing|looking (?:into|at|for)|working (?:on|with|to)|rolling (?:back|out)|ruled out|mitigating)\s+(?!nothing\b|hard\b)\w+/i;
const LABELLED = /\b(?:action|doing now|we do|what we are doing)\s*:\s*\S+/i;

/**
 * Being aware, working hard and experiencing are nothing done.
 * @param anybody also counts what others than "we" and teams do, such as a person by name
 * @returns whether the text says what is being done
 */
export function saysAction(text: string, anybody = false): boolean {
  if (LABELLED.test(text)) return true;
  return sentencesOf(text).some(({ text: sentence }) => {
    if (UNDER_WAY.test(sentence)) return true;
    if (OPENING.test(sentence) || GOES_ON.test(sentence) || HAS_DONE.test(sentence) || IS_DONE.test(sentence))
      return true;
    const doing = anybody ? [DOING, AND_DOING, ANYBODY_DOING] : [DOING, AND_DOING];
    return doing
      .flatMap((pattern) => [...sentence.matchAll(pattern)])
      .some(([, verb = '', hard]) => !hard && !NO_ACTION.has(verb.toLowerCase()));
  });
}

/** A text that says that it says nothing new may be the same as before. */
export const NOTHING_NEW =
  /\b(?:nothing new|no news|no change|unchanged|no further news|nothing has changed|same as before)\b/i;
