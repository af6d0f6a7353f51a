/** English words that the reading of statements turns on, one set for each use. Lower case, one word a cell. */
const words = (text: string) => new Set(text.trim().split(/\s+/));

/** May stand between a duration and the skill or employer that it is said of. What is not here sets the two apart. */
export const GAP_WORDS = words(`
  a about actively active almost already also altogether an and any approximately around as at been building by close coding commercial commercially
  constantly daily day deep deeply developing did do doing done driving each every everyday expertise experience experienced for full
  good hands-on hands on have having i in intensively intensively job knowledge last like mainly maybe me mine more mostly much my nearly now of
  on or over past perhaps plus practical primarily pretty probably production professional professionally programming
  really regularly roughly running since running say scripting serious seriously solid solidly some something spent still strong
  that the there these time to total up use used using very was with work worked working write writing written wrote year years yes
  because behind background best exactly exact is know known knew than what just well only under less than least most fewer minimum maximum
`);

/** Said of how something was done: before or beside it, it may have been done in another way, so the figure is at least that. */
export const PARTLY = words(`
  mostly mainly primarily daily everyday intensively heavily professionally commercially actively constantly regularly seriously full exclusively
  solely deeply production
`);
/** May stand before a verb whose subject is left out: "then worked at …". */
export const BEFORE_VERB = words(
  'and but so then also first later currently previously still just only before after that afterwards already never not since now',
);

/** Does what is said concern somebody else? Nouns and pronouns that are a subject of their own. */
export const OTHER_PRONOUNS = words('he she they you it we who somebody someone everybody everyone nobody people');
export const OTHER_PEOPLE = words(`
  boss brother candidate client clients colleague colleagues customer customers company companies cofounder coworker coworkers daughter
  dad developer employer father friend friends guy husband lead leader manager mate mates mentor mother mum mom parents partner patient patients
  person posting position predecessor product project pupils recruiter role job ad sister son student students supervisor supplier system
  team teammate teammates teams uncle user users wife
`);
export const DETERMINERS = words('a an the my our your his her their its this that these those some one most many all');
/** Nouns after "my" that still speak of oneself. */
export const OWN_NOUNS = words(
  'experience career background employment internship stay stint tenure time years title role position job knowledge total',
);
export const FINITE_VERBS = words(`
  am are asked asks began can could did do does had has have is joined knew knows left made need needs required requires said says spent
  started stayed takes thinks told took used uses wants was went were will won worked works would wrote
`);

/** Nothing is claimed that stands under one of these. */
export const HYPOTHETICAL = words(`
  could dream going hope hoped hoping if imagine interested looking might plan planned planning plans should suppose supposed want wanted
  wanting wants wish will would whether d
`);
/** Said before a figure, and saying nothing of it. Removed first. */
export const FILLER_PHRASES = [
  'you know',
  'kind of',
  'sort of',
  'let us say',
  'let is say',
  'i would say',
  'i d say',
  'i could say',
  'i think',
  'i guess',
  'i believe',
  'i suppose',
  'i mean',
  'to be honest',
  'to be fair',
  'if i remember correctly',
  'if i count',
  'if i recall',
  'i must say',
  'i have to say',
  'i must admit',
  'as i said',
  'all told',
  'of course',
  'so to speak',
  'or so',
  'more or less',
  'give or take',
].map((phrase) => phrase.split(' '));
export const FILLERS = words(
  'uh um er erm hmm mhm eh ah well basically honestly actually literally obviously frankly right okay ok yeah',
);

/** A new clause begins at these. */
export const CLAUSE_OPENERS = words('but because although though whereas while when which then before after so');
/** After "and", or after a comma, these begin one too. */
export const CLAUSE_SUBJECTS = words('i we he she they it you my our his her their the this that there');

/** Between two figures of which the second is meant. */
export const CORRECTIONS = words('no sorry actually rather correction');
export const CORRECTION_FILLERS = words('i mean or make that wait it is was');

export const NEGATIONS = words('not never no without hardly neither nor');
export const DENIED_VERBS = words(`
  used use using work worked working touch touched write wrote written program programmed try tried did do done know knew learn learned learnt
  code coded deploy deployed develop developed seen
`);
export const DENIED_NOUNS = words('experience knowledge background idea clue expertise');
/** May stand between "never used" and the skill. */
export const DENIAL_GAP = words(
  'with in of about any at to the an a really ever had have been anything i all hands on practical professional real prior such',
);
/** After a denial these limit nothing. */
export const HARMLESS_ENDS = words('before at all ever yet in my life so far sorry though either or and too');
/** They limit a denial to a time: "initially I did not know …". */
export const TIME_LIMITS = words(
  'then initially originally until till first beginning start earlier previously formerly recently lately since when before while after back',
);
/** What is said may be meant of one place only. */
export const ONE_PLACE = words('job role project company team position there here production');
/** A denial may be meant of less than all. */
export const LIMITING = words(
  'job role project company team position there here production anything other except besides only just',
);

export const EMPLOYMENT_VERBS = words('am was been be work worked working works employed spent stayed stay');
/** Nothing else is said of the time there: "I was at … for two years now". */
export const HARMLESS_AFTER_STAY = words('and now only total in altogether overall so far but');
/** Between "was" and the employer, where all the time there is meant: "spent about two years at". */
export const STAY_GAP = words(
  'at for with by in the a about around almost nearly roughly only just over more than less exactly been',
);
/** Between a time and an employer they tell of another place … */
export const MOVES = words(`
  moved moving went came switched changed returned graduated studied lived applied interviewed visited became got
`);
/** … or of another time. */
export const OTHER_TIMES = words('before after until then when');
export const START_WORDS = words('joined join joining started start starting began begin hired');
export const END_WORDS = words('left leave leaving quit resigned');
export const STILL_WORDS = words('still currently');
/** What is done there may be less than all the time there. */
export const PART_OF_TIME = words('team project department group squad part team');
export const IN_TOTAL = words('total overall altogether all together combined whole');
/** May stand between "ten years of" and "experience". */
export const ANY_WORK = words(
  'of professional work working industry total overall commercial relevant job practical full time solid',
);
export const WORKING_LIFE = words('experience career industry profession workforce');

/** A number of years that is no duration of work. */
export const VOID_BEFORE = words('every within after next another first in per than');
export const VOID_AFTER = words('old later earlier older younger more from ago later plan plans');
/** Before a duration: it is at least, or at most, so long. */
export const AT_LEAST = [
  ['at', 'least'],
  ['more', 'than'],
  ['longer', 'than'],
  ['over'],
  ['minimum'],
  ['last'],
  ['past'],
];
export const AT_MOST = [
  ['less', 'than'],
  ['fewer', 'than'],
  ['under'],
  ['up', 'to'],
  ['at', 'most'],
  ['no', 'more', 'than'],
  ['not', 'even'],
];
