/**
 * Words by which a job's title, a company's name, a place and the terms of a job are told apart. Compiled for this
 * project from how job titles and companies are called in general; one word a cell, lower case.
 */
const words = (text: string) => new Set(text.trim().split(/\s+/));

/** The word that a title turns on: "Senior Software *Engineer*", "*Head* of Logistics". */
export const TITLE_WORDS = words(`
  accountant actuary administrator advisor adviser agent analyst apprentice architect artist assembler assistant associate
  attendant attorney auditor baker barista bookkeeper builder buyer carpenter cashier ceo cfo chair chairman chef chief cio ciso
  cleaner clerk coach cmo collector consultant controller cook coo coordinator copywriter counsel counsellor counselor courier cto
  curator dba dentist designer developer devops director dispatcher dispenser doctor drafter draughtsman driver economist editor
  electrician engineer estimator evangelist examiner executive expert facilitator fellow fitter foreman founder cofounder
  co-founder generalist gardener guard head host hostess illustrator inspector installer instructor intern internship
  interpreter investigator journalist labourer laborer lawyer lead leader lecturer librarian machinist manager marketer mason master mechanic
  mentor merchandiser midwife modeller negotiator nurse officer operative operator optician owner packer painter paralegal paramedic
  partner pharmacist photographer physicist physiotherapist picker pilot planner plumber porter postdoc practitioner president principal
  processor producer professor programmer promoter psychologist publisher purchaser radiographer receptionist recruiter registrar
  reporter representative rep researcher reviewer roofer sales salesperson scheduler scientist secretary server sommelier specialist
  sre statistician steward strategist student superintendent supervisor supporter surgeon surveyor sysadmin tailor teacher
  technician technologist telemarketer teller tester therapist toolmaker trader trainee trainer translator treasurer tutor
  underwriter usher veterinarian vp waiter waitress warehouseman webmaster welder worker writer freelancer temp
  contractor volunteer`);

/** What stands behind the word that a title turns on. */
export const TITLE_LEVEL = /(?: (?:i{1,3}|iv|v|[1-5]|level [1-5]|l[1-7]|\([^()]*\)))+$/i;

/** What a company's name ends with, or holds. */
export const COMPANY_WORDS = words(`
  inc inc. ltd ltd. llc llp plc gmbh ag kg ug se sa s.a. sarl srl s.r.l. spa bv b.v. nv oy ab as aps pty co co. corp corp. corporation
  company limited group holding holdings university universität college school academy institute hospital clinic bank
  insurance logistics systems solutions labs laboratories technologies technology software services consulting consultancy agency
  studio studios foods food energy retail stores partners foundation ministry department council airlines airways motors
  automotive pharma pharmaceuticals media press publishing networks telecom industries manufacturing works freight shipping
  hotels hotel restaurant restaurants bakery pharmacy supermarkets supermarket construction robotics analytics ventures
  capital financial finance health healthcare care mobility payments commerce games interactive digital software electronics
  instruments materials chemicals metals textiles fashion furniture travel tours railways rail transport couriers warehouse
  utilities water power gas oil mining farms dairy brewery brewing security cloud data outfitters museum library theatre clinics centre center`);

/** `Acme Logistics, Inc.`: the part belongs to the one before it. */
export const LEGAL_FORM =
  /^(?:inc|ltd|llc|llp|plc|gmbh|ag|kg|se|s\.?a|s\.?r\.?l|sarl|spa|b\.?v|n\.?v|oy|ab|aps|pty|co|corp|limited)\.?$/i;

/** Terms of a job, not its place or its employer. */
export const JOB_TERMS =
  /^(?:full|part)[- ]time$|^(?:permanent|contract|contractor|temporary|fixed[- ]term|freelance|internship|seasonal|remote|hybrid|on-?site|home ?office|in-house|self-employed|locum)$/i;

const PLACES = new Set(
  `amsterdam|athens|atlanta|auckland|austin|austria|australia|bangalore|bengaluru|bangkok|barcelona|basel|beijing|belfast|belgium|berlin|bern|birmingham|boston
|brazil|bremen|brisbane|bristol|brussels|bucharest|budapest|buenos aires|cairo|calgary|california|cambridge|canada|cape town|cardiff|charlotte|chennai|chicago|china|cologne
|colorado|copenhagen|cork|dallas|delhi|denmark|denver|detroit|dresden|dubai|dublin|düsseldorf|dusseldorf|edinburgh|england|estonia|finland|florida|france|frankfurt|geneva
|georgia|germany|glasgow|gothenburg|graz|greece|hamburg|hannover|hanover|helsinki|hong kong|houston|hungary|hyderabad|illinois|india|ireland|israel|istanbul|italy|jakarta|japan
|johannesburg|karlsruhe|kenya|krakow|kraków|kyiv|lagos|leeds|leipzig|lille|lima|linz|lisbon|liverpool|ljubljana|london|los angeles|luxembourg|lyon|madrid|malaysia|malmö
|malta|manchester|manila|marseille|massachusetts|melbourne|mexico|mexico city|miami|michigan|milan|minneapolis|montreal|moscow|mumbai|munich|münchen|nairobi|nantes|netherlands
|new delhi|new jersey|new york|new york city|new zealand|newcastle|nigeria|north carolina|norway|nottingham|nuremberg|ohio|ontario|oslo|ottawa|oxford|paris|pennsylvania|perth|philadelphia
|philippines|phoenix|pittsburgh|poland|porto|portland|portugal|prague|pune|raleigh|riga|rome|rotterdam|salzburg|san diego|san francisco|san jose|santiago|são paulo|scotland|seattle
|seoul|shanghai|sheffield|shenzhen|singapore|slovakia|slovenia|sofia|south africa|southampton|spain|st. louis|stockholm|stuttgart|sweden|switzerland|sydney|taiwan|tallinn|tel aviv
|texas|thailand|the hague|tokyo|toronto|toulouse|turin|turkey|uk|ukraine|united arab emirates|united kingdom|united states|usa|us|utah|utrecht|valencia|vancouver|vienna|vilnius|virginia
|wales|warsaw|washington|washington dc|wroclaw|zagreb|zurich|zürich`
    .replaceAll('\n', '')
    .split('|'),
);

/** A known place, a state by its two letters, or a postcode. */
export const isPlace = (part: string) =>
  PLACES.has(part.toLowerCase().replace(/[.,]+$/, '')) || /^(?:[A-Z]{2}|D\.C\.|\d{4,5})(?: \d{5})?$/.test(part);
