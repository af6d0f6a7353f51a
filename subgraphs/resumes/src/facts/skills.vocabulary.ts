/**
 * Names of skills and the ways they are written, compiled for this project. A skill is one entry `Name|alias|alias`; case
 * does not matter. `~` marks a name that is also a common word or a letter: it counts only as it is written here, and only
 * where it stands in a list or after "in", "with", "using". `Word=Name` is another way to write the skill of that name.
 */

export interface Skill {
  name: string;
  /** As they are written; most often the name is the first. */
  aliases: readonly string[];
  ambiguous: boolean;
}

const PROGRAMMING_LANGUAGES = `
JavaScript|JS|ECMAScript|Java Script, TypeScript|TS, Python|Python3|Python 3, Java, C#|C Sharp, C++|CPP, ~C, ~Go, Golang=Go, ~R, Ruby, PHP, ~Swift, Kotlin, ~Rust, Scala,
Perl, Haskell, Elixir, Erlang, Clojure, F#, ~Dart, ~Julia, Lua, MATLAB, Objective-C|Objective C, Visual Basic|VB.NET|VBA, COBOL, Fortran, Delphi, Assembly language|x86 assembly,
Bash|Shell scripting|Bash scripting|Unix shell, PowerShell, SQL, PL/SQL|PLSQL, T-SQL|TSQL|Transact-SQL, Groovy, Solidity, ABAP, Apex, VHDL, Verilog, Prolog, OCaml, Zig, WebAssembly|WASM`;

const WEB = `
HTML|HTML5, CSS|CSS3, Sass|SCSS, ~Less, Tailwind CSS|Tailwind|TailwindCSS, Bootstrap, React|React.js|ReactJS, React Native, Next.js|NextJS, Vue.js|Vue|VueJS, Nuxt|Nuxt.js,
Angular|AngularJS, Svelte|SvelteKit, Redux, jQuery, Ember.js|EmberJS, Node.js|NodeJS|Node, Express.js|ExpressJS, ~Express=Express.js, NestJS|Nest.js, Fastify, Deno, Django, Flask, FastAPI, Ruby on Rails|Rails|RoR,
Spring Boot|SpringBoot, Spring Framework|Spring MVC, ~Spring=Spring Framework, Hibernate, Jakarta EE|J2EE|Java EE, Quarkus, Micronaut, Laravel, Symfony, ASP.NET|ASP.NET Core|ASP.NET MVC, .NET|.NET Core|.NET Framework|dotnet, Blazor,
GraphQL, REST|REST APIs|RESTful APIs|RESTful|REST API, gRPC, SOAP, WebSockets|WebSocket, WebRTC, OAuth|OAuth2|OAuth 2.0, OpenAPI|Swagger, Webpack, Vite, Storybook, Three.js, D3.js|D3, WordPress, Drupal, Magento, Shopify,
Accessibility|WCAG|Web accessibility, SEO|Search engine optimization|Search engine optimisation, Google Analytics, Electron`;

const DATA = `
PostgreSQL|Postgres, MySQL, MariaDB, SQLite, Microsoft SQL Server|SQL Server|MSSQL|MS SQL, Oracle Database|Oracle DB, ~Oracle=Oracle Database, MongoDB|Mongo, Redis, Cassandra, DynamoDB, Elasticsearch|Elastic Search, OpenSearch, Neo4j, Couchbase,
Snowflake, BigQuery, Redshift, Databricks, ClickHouse, InfluxDB, Firebase, Apache Kafka|Kafka, RabbitMQ, ActiveMQ, NATS, Apache Spark|PySpark, ~Spark=Apache Spark, Hadoop|HDFS, ~Hive, Apache Flink|Flink, Airflow|Apache Airflow, dbt,
ETL, Data warehousing|Data warehouse, Data modelling|Data modeling, Data analysis|Data analytics, Data visualisation|Data visualization, Statistics|Statistical analysis, A/B testing, Tableau, Power BI|PowerBI, Looker, Qlik|QlikView|Qlik Sense, Grafana,
pandas, NumPy, SciPy, scikit-learn|sklearn, TensorFlow, PyTorch, Keras, XGBoost, OpenCV, Hugging Face, LangChain, Machine learning, Deep learning, Natural language processing|NLP, Computer vision, LLMs|LLM|Large language models, MLflow, MLOps,
Jupyter, SAS, SPSS, Stata, Time series analysis|Time series, Forecasting`;

const OPERATIONS = `
AWS|Amazon Web Services, Microsoft Azure|Azure, Google Cloud|GCP|Google Cloud Platform, Azure DevOps, AWS Lambda, ~Lambda=AWS Lambda, EC2, S3, Docker, Kubernetes|K8s|EKS|GKE|AKS, Helm, OpenShift, Terraform, Pulumi, Ansible, ~Puppet, ~Chef, CloudFormation, Vagrant,
Jenkins, GitHub Actions, GitLab CI|GitLab CI/CD, CircleCI, TeamCity, Argo CD|ArgoCD, CI/CD|Continuous integration|Continuous delivery|Continuous deployment, DevOps, Site reliability engineering|Site reliability engineer|SRE, Prometheus, Datadog, New Relic, Splunk, ELK stack|ELK, Kibana, Logstash, OpenTelemetry, Sentry,
Linux|Ubuntu|Debian|Red Hat|RHEL|CentOS, Unix, Windows Server, macOS, Active Directory, VMware|vSphere, Hyper-V, Nginx, Apache HTTP Server, HAProxy, Istio, Microservices, Serverless, Distributed systems, Event-driven architecture, System design,
Git, GitHub, GitLab, Bitbucket, Subversion|SVN, Jira, Confluence, Maven, Gradle, Bazel, CMake, npm, TCP/IP, DNS, VPN, Networking, Cisco|Cisco IOS, CCNA, Firewalls, Load balancing, Virtualization|Virtualisation, ITIL, ServiceNow`;

const QUALITY_AND_SECURITY = `
Unit testing, Integration testing, Test automation|Automated testing, TDD|Test-driven development, BDD, Selenium, Cypress, Playwright, Jest, JUnit, pytest, Mocha, Postman, JMeter, Cucumber, SonarQube, Manual testing, Regression testing, Performance testing|Load testing,
Penetration testing|Pentesting, Information security|Cybersecurity|Cyber security, SIEM, OWASP, Cryptography, Identity and access management|IAM, ISO 27001, GDPR, SOC 2, Threat modelling|Threat modeling, Incident response, Burp Suite, Wireshark, Nessus`;

const MOBILE_EMBEDDED_GAMES = `
Android, iOS, Flutter, SwiftUI, Jetpack Compose, Xamarin, Ionic, Arduino, Raspberry Pi, Embedded systems|Embedded software, RTOS|FreeRTOS, FPGA, ARM, CAN bus, PLC programming, ~PLC=PLC programming, SCADA, ROS, LabVIEW, Simulink, IoT, MQTT, Unity3D|Unity 3D, ~Unity=Unity3D, Unreal Engine, OpenGL, Vulkan, CUDA, Qt`;

const DESIGN_AND_ENGINEERING = `
Figma, ~Sketch, Adobe XD, Photoshop|Adobe Photoshop, Illustrator|Adobe Illustrator, InDesign|Adobe InDesign, After Effects, Premiere Pro, Adobe Creative Suite|Creative Suite|Adobe Creative Cloud, UX design|User experience design|UX, UI design|User interface design, User research, Usability testing, Wireframing, Prototyping, Design systems,
AutoCAD, SolidWorks, CATIA, Revit, BIM, ANSYS, Finite element analysis|FEA, CAD, CNC, CNC programming, GD&T, Six Sigma|Lean Six Sigma, Lean manufacturing, Kaizen, FMEA, Quality assurance|QA, Quality control, ISO 9001, Root cause analysis, Preventive maintenance, 3D printing, Blender, HVAC, GIS, ArcGIS, QGIS`;

const BUSINESS = `
Agile|Agile methodologies, Scrum, Kanban, SAFe, PRINCE2, PMP, Project management, Product management, Programme management|Program management, Stakeholder management, Change management, Risk management, Requirements analysis|Requirements gathering, Business analysis, Process improvement, Vendor management, Contract management,
Microsoft Excel|MS Excel, ~Excel=Microsoft Excel, Microsoft Office|MS Office|Office 365|Microsoft 365, Microsoft Word|MS Word, PowerPoint, Microsoft Project|MS Project, ~Access=Microsoft Access, Outlook, Google Workspace|G Suite, SharePoint, Visio, SAP|SAP ERP|SAP S/4HANA, SAP FI|SAP FI/CO, SAP MM, ERP, Oracle NetSuite|NetSuite, Microsoft Dynamics|Dynamics 365, Salesforce, HubSpot, Zendesk, CRM, Workday, BambooHR,
QuickBooks, Xero, DATEV, Accounting, Bookkeeping, Accounts payable, Accounts receivable, Payroll, Financial reporting, Financial modelling|Financial modeling, Financial analysis, Budgeting, Auditing, Taxation|Tax preparation, IFRS, US GAAP|GAAP, Cost accounting, Invoicing, Bloomberg Terminal, Bank reconciliation,
Recruiting|Recruitment|Talent acquisition, Onboarding, Performance management, Employee relations, Labour law|Labor law|Employment law, Sourcing, Copywriting, Content marketing, Email marketing, Social media marketing, Google Ads|AdWords, Digital marketing, Market research, Brand management, Mailchimp, Marketing automation, Lead generation, Cold calling, Account management, B2B sales, Key account management, Negotiation, Customer service, Customer support, Merchandising, Point of sale|POS systems,
Procurement, Supply chain management, Inventory management|Inventory control|Stock control, Warehouse management|WMS, Transport management, Demand planning, Route planning, Customs clearance|Customs, Incoterms, Freight forwarding, Forklift operation|Forklift licence|Forklift license|Forklift, Order picking, Health and safety|Occupational safety, HACCP, Food safety, Facility management, Event planning,
First aid, Patient care, Medication administration, Phlebotomy, Wound care, Electronic health records|EHR, Triage, Clinical trials, GCP guidelines|Good clinical practice, Curriculum development, Classroom management, Lesson planning, Translation, Technical writing, Proofreading, Public speaking, Mentoring, Coaching, Conflict resolution, Team leadership|Team management`;

function readSkills(...groups: string[]): Skill[] {
  const entries = groups.flatMap((group) => group.split(/,\s+/)).map((entry) => entry.trim());
  return entries.filter(Boolean).map((entry) => {
    const [spelt = '', name] = entry.replace(/^~/, '').split('=');
    const aliases = spelt.split('|');
    return { name: name ?? aliases[0] ?? spelt, aliases, ambiguous: entry.startsWith('~') };
  });
}

export const SKILLS: readonly Skill[] = readSkills(
  PROGRAMMING_LANGUAGES,
  WEB,
  DATA,
  OPERATIONS,
  QUALITY_AND_SECURITY,
  MOBILE_EMBEDDED_GAMES,
  DESIGN_AND_ENGINEERING,
  BUSINESS,
);
