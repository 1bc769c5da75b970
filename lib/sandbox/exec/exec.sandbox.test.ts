import { beforeAll, describe, expect, it } from 'vitest';
import { MASTER } from '#lib/sandbox/apiserver/in-process-transport.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import type { User } from '#lib/sandbox/apiserver/request-info.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { TestCluster } from '#lib/sandbox/test-cluster.ts';

const metadata = (name: string) => ({ name, namespace: 'shop' });

const pod = (name: string, image: string, more: JsonObject = {}, spec: JsonObject = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata(name), labels: { app: name } },
    spec: { containers: [{ name: 'app', image, ...more }], ...spec },
  }) as unknown as Draft;

const OBJECTS = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('settings'), data: { 'app.conf': 'a=1\nb=2\n' } },
  { apiVersion: 'v1', kind: 'Secret', metadata: metadata('token'), stringData: { value: 's3cret' } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('web'),
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('empty'),
    spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] },
  },
  pod(
    'web',
    'nginx:1.28-alpine',
    {
      env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } }],
      volumeMounts: [{ name: 'conf', mountPath: '/etc/app' }],
    },
    { volumes: [{ name: 'conf', configMap: { name: 'settings' } }] },
  ),
  pod('metrics', 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.16.0'),
  pod('broken', 'nginx:no-such-tag'),
] as unknown as readonly Draft[];

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await TestCluster.start();
  await cluster.apply(...OBJECTS);
  await cluster.advance(60_000);
});

type Ran = { out: string; err: string; status?: JsonObject };

/** Opens an exec session; `typed` is sent at once and then closed. */
async function exec(
  name: string,
  command: readonly string[],
  { typed = '', tty = false, waitMs = 0 } = {},
): Promise<Ran> {
  const query = new URLSearchParams([
    ...command.map((word): [string, string] => ['command', word]),
    ['stdout', 'true'],
    ['stderr', String(!tty)],
    ['stdin', String(typed !== '')],
    ['tty', String(tty)],
  ]);
  const path = `/api/v1/namespaces/shop/pods/${name}/exec?${query.toString()}`;
  const reply = cluster.sandbox.server.handle({ method: 'GET', path, user: MASTER });
  if (reply.kind !== 'session') throw new TypeError(JSON.stringify(reply));
  const ran: Ran = { out: '', err: '' };
  const input = reply.open({
    stdout: (bytes) => (ran.out += bytes.toString()),
    stderr: (text) => (ran.err += text),
    end: (status) => (ran.status = status),
  });
  if (typed !== '') {
    input.write(typed);
    input.end();
  }
  await cluster.advance(waitMs);
  return ran;
}

const sh = (script: string, options = {}) => exec('web', ['sh', '-c', script], options);
const codeOf = ({ status }: Ran) => {
  const causes = (status?.details as { causes?: { message: string }[] } | undefined)?.causes;
  return status?.status === 'Success' ? 0 : Number(causes?.[0]?.message);
};

describe('a command in a container', () => {
  it('sees the variables the container was started with', async () => {
    const { out } = await exec('web', ['env']);
    expect(out).toContain('TOKEN=s3cret\n');
    expect(out).toContain('HOSTNAME=web\n');
    expect(out).toMatch(/KUBERNETES_SERVICE_HOST=10\.96\.0\.1\n/);
  });

  it('keeps them when the ConfigMap or Secret changes later', async () => {
    await cluster.patch('/api/v1/namespaces/shop/secrets/token', { data: { value: 'bmV3' } });
    expect((await exec('web', ['printenv', 'TOKEN'])).out).toBe('s3cret\n');
  });

  it.each<[string, string]>([
    ['cat /etc/app/app.conf', 'a=1\nb=2\n'],
    ['ls /etc/app', 'app.conf\n'],
    ['cat /etc/hostname; pwd; whoami', 'web\n/\nroot\n'],
    ['cat /etc/app/app.conf | grep b | wc -l', '1\n'],
    ['false || echo no; true && echo yes', 'no\nyes\n'],
    ['X=1; export Y=2; echo $X$Y', '12\n'],
    ['echo kept > /tmp/note; cat /tmp/note', 'kept\n'],
    ['cd /etc/app && pwd && head -n 1 app.conf', '/etc/app\na=1\n'],
    ['[ -f /etc/app/app.conf ] && echo there', 'there\n'],
    ['sh -c "exit 4"; echo $?', '4\n'],
    ['date +%F', '2026-01-05\n'],
  ])('%s', async (script, expected) => {
    expect(await sh(script)).toMatchObject({ out: expected, err: '', status: { status: 'Success' } });
  });

  it('packs what it is asked for, and unpacks it elsewhere', async () => {
    const { out, err } = await exec('web', ['tar', 'cf', '-', '/etc/app']);
    expect(err).toBe("tar: removing leading '/' from member names\n");
    expect(out.length % 10_240).toBe(0);
    const put = await exec('web', ['tar', '-xmf', '-', '-C', '/opt'], { typed: out });
    expect(codeOf(put)).toBe(0);
    expect((await sh('cat /opt/etc/app/app.conf')).out).toBe('a=1\nb=2\n');
    expect((await exec('web', ['tar', 'tf', '-'], { typed: out })).out).toBe('etc/app/\netc/app/app.conf\n');
  });

  it.each<[string, number, string]>([
    ['nope', 127, 'sh: nope: not found\n'],
    ['cat /nope', 1, "cat: can't open '/nope': No such file or directory\n"],
    ['ls /nope', 1, 'ls: /nope: No such file or directory\n'],
    ['exit 7', 7, ''],
    ['tar xf - -C /nope', 1, "tar: can't change directory to '/nope': No such file or directory\n"],
    [
      'tar cf - nope',
      1,
      'tar: nope: No such file or directory\ntar: error exit delayed from previous errors\n',
    ],
    ['echo "open', 2, 'sh: syntax error: unterminated quoted string\n'],
  ])('%s ends with %i', async (script, code, err) => {
    const ran = await sh(script);
    expect([codeOf(ran), ran.err]).toEqual([code, err]);
  });

  it('takes its time on the clock of the sandbox', async () => {
    expect((await sh('sleep 5; echo done')).status).toBeUndefined();
    expect(await sh('sleep 5; echo done', { waitMs: 5000 })).toMatchObject({ out: 'done\n' });
  });

  it('reads what the client sends', async () => {
    expect((await exec('web', ['cat'], { typed: 'one\ntwo\n' })).out).toBe('one\ntwo\n');
    expect((await exec('web', ['sh'], { typed: 'echo hi\nexit 3\n' })).out).toBe('hi\n');
  });

  it('prompts and repeats what is typed on a terminal', async () => {
    const ran = await exec('web', ['sh'], { typed: 'echo hp\u007fi\rexit\r', tty: true });
    expect(ran.out).toBe('/ # echo hp\b \bi\r\nexit\r\nhi\r\n/ # ');
    expect(codeOf(ran)).toBe(0);
  });
});

describe('the network in a container', () => {
  it('knows the Services by name', async () => {
    const { out } = await exec('web', ['nslookup', 'web']);
    expect(out).toMatch(
      /^Server:\t\t10\.96\.0\.10\n.*\n\nName:\tweb\.shop\.svc\.cluster\.local\nAddress: 10\.96\./,
    );
    expect(codeOf(await exec('web', ['nslookup', 'nope']))).toBe(1);
    expect((await sh('nslookup web.shop; nslookup kubernetes.default.svc')).out).not.toContain('NXDOMAIN');
  });

  it('reaches what listens, and only that', async () => {
    expect(await exec('web', ['wget', '-qO-', 'http://web.shop/'])).toMatchObject({ out: 'ok\n', err: '' });
    expect((await sh('curl -s -o /dev/null -w "%{http_code}" http://localhost')).out).toBe('200');
    const refused = await exec('web', ['wget', '-qO-', 'http://empty']);
    expect(refused.err).toMatch(
      /^wget: can't connect to remote host \(10\.96\.\d+\.\d+\): Connection refused\n$/,
    );
    expect((await exec('web', ['curl', 'http://nope'])).err).toBe('curl: (6) Could not resolve host: nope\n');
  });

  it('waits for a port nobody answers at', async () => {
    const ran = await exec('web', ['wget', '-T', '3', '-qO-', 'http://web.shop:81'], { waitMs: 3000 });
    expect(ran.err).toBe('wget: download timed out\n');
  });
});

describe('a container without a shell', () => {
  it('refuses as the runtime does', async () => {
    const { status } = await exec('metrics', ['sh']);
    expect(status).toMatchObject({ reason: 'InternalError', code: 500 });
    expect(status?.message).toMatch(
      /^Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "sh": executable file not found in \$PATH: unknown$/,
    );
    expect((await exec('metrics', ['/bin/sh'])).status?.message).toContain(
      'exec: "/bin/sh": stat /bin/sh: no such file or directory',
    );
  });
});

describe('a request to run a command', () => {
  const ask = (path: string, user: User = MASTER) => {
    const reply = cluster.sandbox.server.handle({
      method: 'GET',
      path: `/api/v1/namespaces/shop/pods/${path}`,
      user,
    });
    return reply.kind === 'json' ? reply.body : reply.kind;
  };

  it('finds no container that does not run', async () => {
    expect((await exec('broken', ['sh'])).status?.message).toBe(
      'Internal error occurred: unable to upgrade connection: container not found ("app")',
    );
  });

  it.each([
    ['web/exec?container=zz&stdout=1', 'container zz is not valid for pod web'],
    ['nope/exec?stdout=1', 'pods "nope" not found'],
    ['web/exec', 'you must specify at least 1 of stdin, stdout, stderr'],
  ])('%s is refused: %s', (path, message) => {
    expect(ask(path)).toMatchObject({ message });
  });

  it('needs the right to create and to get', async () => {
    const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop';
    const grant = async (verbs: readonly string[], name: string) => {
      const rules = [{ apiGroups: [''], resources: ['pods/exec'], verbs }];
      const roleRef = { kind: 'Role', name, apiGroup: 'rbac.authorization.k8s.io' };
      const subjects = [{ kind: 'User', name }];
      const post = (path: string, body: unknown) =>
        cluster.sandbox.transport.request({ method: 'POST', path: `${RBAC}/${path}`, body });
      await post('roles', { metadata: { name }, rules });
      await post('rolebindings', { metadata: { name }, subjects, roleRef });
    };
    await grant(['get'], 'half');
    await grant(['create'], 'other');
    await grant(['create', 'get'], 'whole');
    const as = (name: string): User => ({ name, groups: [] });
    const refusal = (name: string, verb: string) => ({
      message: `pods "web" is forbidden: User "${name}" cannot ${verb} resource "pods/exec" in API group "" in the namespace "shop"`,
    });
    expect(ask('web/exec?stdout=1', as('half'))).toMatchObject(refusal('half', 'create'));
    expect(ask('web/exec?stdout=1', as('other'))).toMatchObject(refusal('other', 'get'));
    expect(ask('web/exec?stdout=1', as('whole'))).toBe('session');
  });
});

describe('a client that attaches', () => {
  it('sees what the container writes from then on, until it leaves', async () => {
    const path = '/api/v1/namespaces/shop/pods/web/attach?stdout=true&stderr=true';
    const reply = cluster.sandbox.server.handle({ method: 'GET', path, user: MASTER });
    if (reply.kind !== 'session') throw new TypeError(reply.kind);
    let seen = '';
    const sink = {
      stdout: (bytes: string | Uint8Array) => void (seen += bytes.toString()),
      stderr: () => undefined,
    };
    const input = reply.open({ ...sink, end: () => undefined });
    await cluster.advance(20_000);
    expect(seen).toMatch(/^GET \/ 200 in \d+ ms\n$/);
    input.cancel();
    const before = seen;
    await cluster.advance(60_000);
    expect(seen).toBe(before);
  });
});
