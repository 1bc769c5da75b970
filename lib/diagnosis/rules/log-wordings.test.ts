import { describe, expect, it } from 'vitest';
import { crashed, logOf, primary } from '#lib/diagnosis/rule-case.fixture.ts';

/** Last words of programs people run, as they print them. */
const WORDINGS: readonly (readonly [causeId: string, log: string])[] = [
  ['missing-env-var', 'Error: DATABASE_URL environment variable is not set'],
  ['missing-env-var', 'panic: env: required environment variable "DB_HOST" is not set'],
  ['missing-env-var', 'required key DB_HOST missing value'],
  ['missing-env-var', "KeyError: 'SECRET_KEY'"],
  ['missing-env-var', 'django.core.exceptions.ImproperlyConfigured: Set the SECRET_KEY environment variable'],
  [
    'missing-env-var',
    "ArgumentError: Missing `secret_key_base` for 'production' environment, set this string with `bin/rails credentials:edit`",
  ],
  ['missing-env-var', 'Error: Missing required environment variable: STRIPE_KEY'],
  ['missing-env-var', 'error: environment variable REDIS_URL not found'],
  ['missing-env-var', "thread 'main' panicked at src/main.rs:10:5: DATABASE_URL must be set: NotPresent"],
  [
    'missing-env-var',
    '2020-01-01 00:00:00+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD',
  ],
  ['missing-env-var', '/app/run.sh: line 3: DB_PASSWORD: parameter null or not set'],
  [
    'missing-env-var',
    'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndatabase_url\n  Field required [type=missing, input_value={}, input_type=dict]',
  ],
  [
    'missing-env-var',
    'java.lang.IllegalArgumentException: Could not resolve placeholder \'DB_URL\' in value "${DB_URL}"',
  ],
  [
    'dependency-unavailable',
    'com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure',
  ],
  [
    'dependency-unavailable',
    'redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.',
  ],
  [
    'dependency-unavailable',
    'pymongo.errors.ServerSelectionTimeoutError: mongo:27017: [Errno 111] Connection refused, Timeout: 30s',
  ],
  ['dependency-unavailable', 'MongoServerSelectionError: connect ECONNREFUSED 10.96.3.4:27017'],
  [
    'dependency-unavailable',
    'org.postgresql.util.PSQLException: Connection to db:5432 refused. Check that the hostname and port are correct',
  ],
  ['dependency-unavailable', 'psycopg2.OperationalError: could not connect to server: Connection refused'],
  [
    'dependency-unavailable',
    'psql: error: connection to server at "db" (10.96.1.2), port 5432 failed: Connection refused',
  ],
  [
    'dependency-unavailable',
    "sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (2003, \"Can't connect to MySQL server on 'db' ([Errno 111] Connection refused)\")",
  ],
  ['dependency-unavailable', 'Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.0.0.5:5432'],
  [
    'dependency-unavailable',
    'failed to connect to `host=db user=app database=app`: dial error (dial tcp 10.96.0.4:5432: connect: connection refused)',
  ],
  [
    'dependency-unavailable',
    '[error] Postgrex.Protocol (#PID<0.1.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (db:5432): connection refused - :econnrefused',
  ],
  ['dependency-unavailable', 'RabbitMQ: AMQPConnectionError: [Errno 113] No route to host'],
  ['dns-name-wrong', 'psql: could not translate host name "db" to address: Name or service not known'],
  ['dns-name-wrong', 'Error: getaddrinfo ENOTFOUND redis-master'],
  ['dns-name-wrong', 'java.net.UnknownHostException: kafka-0.kafka'],
  ['dns-name-wrong', 'dial tcp: lookup postgres on 10.96.0.10:53: no such host'],
  ['dns-name-wrong', 'php_network_getaddresses: getaddrinfo failed: Name does not resolve'],
  [
    'cluster-dns-down',
    'requests.exceptions.ConnectionError: [Errno -3] Temporary failure in name resolution',
  ],
  [
    'config-invalid',
    '[ALERT] 123/101010 (1) : parsing [/usr/local/etc/haproxy/haproxy.cfg:12] : unknown keyword',
  ],
  ['config-invalid', 'AH00526: Syntax error on line 12 of /usr/local/apache2/conf/httpd.conf:'],
  ['config-invalid', 'FATAL: configuration file "/etc/postgresql/postgresql.conf" contains errors'],
  ['config-invalid', 'Unable to parse config file: toml: line 3: expected'],
  ['config-invalid', "/etc/coredns/Corefile:12 - Error during parsing: Unknown directive 'foo'"],
  ['config-invalid', 'nginx: [emerg] unknown directive "proxy_pas" in /etc/nginx/conf.d/default.conf:5'],
  ['config-invalid', 'yaml.scanner.ScannerError: mapping values are not allowed here'],
  [
    'config-invalid',
    '[config] config error file="/fluentd/etc/fluent.conf" error_class=Fluent::ConfigParseError',
  ],
  ['config-invalid', 'error parsing config: invalid keys: foo'],
  ['port-in-use', 'Web server failed to start. Port 8080 was already in use.'],
  ['port-in-use', 'OSError: [Errno 98] Address already in use'],
  ['port-in-use', 'listen tcp :9090: bind: address already in use'],
  ['privileged-port-bind', 'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)'],
  ['privileged-port-bind', 'Error: listen EACCES: permission denied 0.0.0.0:80'],
  ['privileged-port-bind', '(13)Permission denied: AH00072: make_sock: could not bind to address [::]:80'],
  ['read-only-filesystem', "OSError: [Errno 30] Read-only file system: '/app/cache'"],
  ['read-only-filesystem', 'java.nio.file.ReadOnlyFileSystemException'],
  ['entrypoint-interpreter-missing', "/usr/bin/env: 'bash\\r': No such file or directory"],
  ['entrypoint-interpreter-missing', 'exec /entrypoint.sh: no such file or directory'],
  ['app-bug-exception', "ModuleNotFoundError: No module named 'flask'"],
  [
    'app-bug-exception',
    'Traceback (most recent call last):\n  File "a.py", line 1\nModuleNotFoundError: No module named \'flask\'',
  ],
  [
    'app-bug-exception',
    './app: error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file or directory',
  ],
  [
    'app-bug-exception',
    "./app: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by ./app)",
  ],
  ['app-bug-exception', 'Exception in thread "main" java.lang.NullPointerException'],
  ['app-bug-exception', 'Error: Could not find or load main class com.acme.Main'],
  [
    'app-bug-exception',
    'panic: runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 1 [running]:',
  ],
  ['app-bug-exception', 'Unhandled exception. System.InvalidOperationException: x\n   at Program.Main()'],
  ['app-bug-exception', 'Error: Unable to access jarfile /app/app.jar'],
  ['wrong-arguments', "error: unexpected argument '--foo' found\n\nUsage: app [OPTIONS]"],
  ['wrong-arguments', 'app: error: unrecognized arguments: --foo'],
  ['wrong-arguments', 'Error: unknown command "serv" for "app"'],
  ['wrong-arguments', "error: unknown option '--prot'"],
  ['oom-limit', 'java.lang.OutOfMemoryError: Java heap space'],
  ['oom-limit', "terminate called after throwing an instance of 'std::bad_alloc'"],
  ['missing-config-file', 'open /etc/app/config.yaml: no such file or directory'],
  ['missing-config-file', "Error: ENOENT: no such file or directory, open '/config/settings.json'"],
  ['missing-config-file', "FileNotFoundError: [Errno 2] No such file or directory: '/etc/app/config.toml'"],
  [
    'rbac-forbidden',
    'pods is forbidden: User "system:serviceaccount:a:b" cannot list resource "pods" in API group "" in the namespace "a"',
  ],
  [
    'volume-permission-denied',
    'Caused by: java.nio.file.AccessDeniedException: /usr/share/elasticsearch/data/nodes/0/node.lock',
  ],
  ['dependency-unavailable', 'org.postgresql.util.PSQLException: FATAL: the database system is starting up'],
  [
    'dependency-unavailable',
    'ZkTimeoutException: Unable to connect to zookeeper server within timeout: 6000',
  ],
  ['missing-config-file', "FileNotFoundException: Could not find file '/app/localhost.pfx'."],
  ['volume-permission-denied', "mkdir: can't create directory '/data/db': Permission denied"],
  ['image-path-permission-denied', "PermissionError: [Errno 13] Permission denied: '/app/.cache'"],
];

describe('the last words of a program', () => {
  it.each(WORDINGS)('%s: %s', (causeId, log) => {
    const found = primary({ status: crashed({ exitCode: 1 }), logs: logOf('web', ...log.split('\n')) });
    expect(found.causeId).toBe(causeId);
  });
});
