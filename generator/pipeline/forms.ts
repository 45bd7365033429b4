/**
 * The patterns of the schemas in words: what each asks for, with an example. A regular expression is no advice to
 * someone who mistyped a size.
 */
const forms: readonly (readonly [pattern: string, words: string])[] = [
  [
    String.raw`^(\d+(e\d+)?|\d+(\.\d+)?(e\d+)?[EPTGMK]i?)$`,
    "a number and its unit without a blank, as in 500Mi, 1.5Gi or 2Ti",
  ],
  [String.raw`^(\d+m|\d+(\.\d{1,3})?)$`, "cores or thousandths of one, as in 2, 0.5 or 500m"],
  [String.raw`^[a-z]([-a-z0-9]*[a-z0-9])?$`, "small letters, digits and -, a letter first, as in orders-2"],
  [String.raw`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`, "small letters, digits and -, as in shop-prod"],
  [
    String.raw`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`,
    "small letters, digits, - and ., as in orders-tls or fast.example.com",
  ],
  [
    String.raw`^[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$`,
    "small letters, digits, -, _ and ., as in app_user",
  ],
  [String.raw`^[a-zA-Z_][a-zA-Z0-9_]*$`, "letters, digits and _, no digit first, as in app_db"],
  [
    String.raw`^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$`,
    "letters, digits, -, _ and ., as in shop or team-1, for it becomes a label",
  ],
  [
    String.raw`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`,
    "the name of a label, as in cluster-name or example.com/cluster",
  ],
  [
    String.raw`^(?!pg_)[a-z]([a-z0-9_]*[a-z0-9])?$`,
    "small letters, digits and _, a letter first and no pg_, as in fast or archive_2025",
  ],
  [String.raw`^[a-z0-9_]+$`, "small letters, digits and _, as in standby_1"],
  [String.raw`^[A-Za-z][A-Za-z0-9]*$`, "a kind of Kubernetes', as in ClusterIssuer"],
  [String.raw`^[^\r\n]*$`, "text on one line"],
  [String.raw`^[^\u0000-\u001f\u007f]*$`, "text on one line, without control characters"],
  [String.raw`^[^\u0000-\u001f\u007f]+$`, "a name on one line, without control characters"],
  [
    String.raw`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`,
    "the name of a setting, as in work_mem or app.tenant",
  ],
  [
    String.raw`^(?=.*\{username\})([-A-Za-z0-9_./:]|\{(namespace|cluster|username)\})+$`,
    "{username} in it, and of others {namespace}, {cluster}, letters, digits, -, _, ., / and :",
  ],
  [
    String.raw`^(infinity|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)$`,
    "a time in UTC, as in 2027-01-31T00:00:00Z, or infinity",
  ],
  [String.raw`^[^\s]+$`, "text without blanks"],
  [
    String.raw`^([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}$`,
    "host:port, as in etcd-0.etcd:2379, 10.0.0.1:2379 or [2001:db8::1]:2379",
  ],
  [String.raw`^/((?!\.\.?/)[-A-Za-z0-9_.]+/)*$`, "a path with / at both ends, as in /service/"],
  [String.raw`^[0-9A-Fa-f:.]+/[0-9]{1,3}$`, "an address range, as in 10.96.0.1/32 or 2001:db8::/64"],
  [String.raw`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`, "a duration as Go writes it, as in 90s, 5m or 1h30m"],
  [
    String.raw`^(?=.*\{username\})(?=.*\{cluster\})([-a-z0-9.]|\{(username|cluster|tprkind|tprgroup)\})+$`,
    "{username} and {cluster} in it, and of others {tprkind}, {tprgroup}, small letters, digits, - and .",
  ],
  [
    String.raw`^(?=.*\{cluster\})([-a-z0-9.]|\{cluster\})+$`,
    "{cluster} in it, and small letters, digits, - and .",
  ],
  [
    String.raw`^(?!\.\.(/|$))[-A-Za-z0-9_.]+(/(?!\.\.(/|$))[-A-Za-z0-9_.]+)*/?$`,
    "a relative path without .., as in data/orders",
  ],
  [
    String.raw`^(/(?!\.\.(/|$))[-A-Za-z0-9_.{}]+)+/?$`,
    "an absolute path without .., as in /usr/lib/postgresql/{version}/bin",
  ],
  [
    String.raw`^(\d+|\*)(/\d+)?(\s+(\d+|\*)(/\d+)?){4}$`,
    "five fields of numbers, * and steps, as in 30 2 * * *",
  ],
  [
    String.raw`^([-A-Za-z0-9.]|\{(cluster|namespace|team|hostedzone)\})+$`,
    "letters, digits, -, . and of {cluster}, {namespace}, {team}, {hostedzone}",
  ],
  [
    String.raw`^([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*)?$`,
    "a DNS zone, as in db.example.com",
  ],
  [
    String.raw`^[-A-Za-z0-9_.:]+(,[-A-Za-z0-9_.:]+)*$`,
    "a host name or an address, or several separated by commas, as in orders.shop.svc",
  ],
  [String.raw`^repo[1-4]$`, "repo1, repo2, repo3 or repo4"],
  [String.raw`^[0-9]{1,5}$`, 'a port number in quotes, as in "5432"'],
  [String.raw`^(?!(.*/)?\.\.(/|$))[^\r\n]*$`, "text on one line, a path without .."],
  [String.raw`^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`, "letters, digits, -, _ and ., as in 2026-01-31"],
  [
    String.raw`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`,
    "a UID, as in efd12e58-5786-11e8-b5a7-06148230260c",
  ],
  [
    String.raw`^([0-9]+)-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(\.[0-9]+)?(([+-]([01][0-9]|2[0-3]):[0-5][0-9]))$`,
    "a time with its offset, as in 2026-01-31T12:00:00+00:00",
  ],
  [String.raw`^[^:\r\n]+$`, "a path on one line without a colon, as in /var/log/app"],
  [
    String.raw`^(?!\.\.(/|$))[-A-Za-z0-9_.$()]+(/(?!\.\.(/|$))[-A-Za-z0-9_.$()]+)*/?$`,
    "a relative path without .., as in logs/$(POD_NAME)",
  ],
  [String.raw`^[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?$`, "letters, digits, _ and -, as in uuid-ossp"],
  [
    String.raw`^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$`,
    "small letters, digits, - and ., as in orders-tls, or nothing",
  ],
  [
    String.raw`^/?((?!\.\.(/|$))[-A-Za-z0-9_.]+(/(?!\.\.(/|$))[-A-Za-z0-9_.]+)*)?$`,
    "the path of a file without .., as in tls.crt",
  ],
  [String.raw`^[A-Za-z0-9_]([-A-Za-z0-9_.]*[A-Za-z0-9_])?$`, "letters, digits, -, _ and ., as in app_owner"],
  [
    String.raw`^ *((Mon|Tue|Wed|Thu|Fri|Sat|Sun):(2[0-3]|[01]?\d):([0-5]?\d)|(2[0-3]|[01]?\d):([0-5]?\d))-((Mon|Tue|Wed|Thu|Fri|Sat|Sun):(2[0-3]|[01]?\d):([0-5]?\d)|(2[0-3]|[01]?\d):([0-5]?\d)) *$`,
    "hours in UTC, as in Sat:01:00-06:00 or 01:00-06:00",
  ],
  [String.raw`^[a-z]([-a-z0-9]*)$`, "small letters, digits and -, a letter first, as in logical-backup-"],
  [
    String.raw`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`,
    "the IANA name of a time zone, as in Europe/Vienna",
  ],
  [String.raw`^[!-~]*$`, "ASCII characters without blanks"],
  [String.raw`^([1-9]\d{0,4} *(hour|day|week|month|year)s?)?$`, "a time as in 2 weeks, or nothing"],
  [
    String.raw`^(([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}(,([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5})*)?$`,
    "host:port, as in etcd:2379, or several with commas between them",
  ],
];

const words = new Map(forms);

/** What a value has to be to match the pattern, for "write …". A test holds that every pattern has its words. */
export function form(pattern: string): string {
  return words.get(pattern) ?? `something that matches ${pattern}`;
}
