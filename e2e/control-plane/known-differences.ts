export type KnownDifference = {
  /** Where it may be seen; everywhere when left out. */
  readonly command?: RegExp;
  /** The normalised line that only one side has. */
  readonly line: RegExp;
  readonly reason: string;
};

const TOKEN_VOLUME_YAML =
  /^ +(- )?(volumeMounts:|volumes:|mountPath: \/var\/run\/secrets\/kubernetes\.io\/serviceaccount|name: kube-(api-access-RANDOM|root-ca\.crt)|readOnly: true|projected:|defaultMode: 420|sources:|serviceAccountToken:|expirationSeconds: 3607|path: (token|ca\.crt|namespace)|configMap:|items:|key: ca\.crt|downwardAPI:|fieldRef:|apiVersion: v1|fieldPath: metadata\.namespace)$/;
const TOKEN_VOLUME_DESCRIBED =
  /^ +Mounts:( +<none>)?$|^Volumes:( +<none>)?$|^ +kube-api-access-RANDOM:$|serviceaccount from kube-api-access-RANDOM \(ro\)$|^ +(Type: +Projected|TokenExpirationSeconds: +3607|ConfigMapName: +kube-root-ca\.crt|Optional: +false|DownwardAPI: +true)/;

/** What the sandbox does otherwise, and why it may. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    command: /^version$/,
    line: /^Server Version: /,
    reason: 'the sandbox says what it is: v1.35.7+sandbox',
  },
  {
    command: /^rollout status /,
    line: /^Waiting for deployment/,
    reason: 'timing: how many steps of a rollout are seen depends on when they come',
  },
  {
    command: /^describe node /,
    line: /^Labels:|^ +(beta\.)?kubernetes\.io\/(arch|os)=|^Annotations:|^Events:|^ +(Type +Reason|-{4} )|RegisteredNode/,
    reason: 'no node controller: neither its event, nor the ttl annotation, nor the beta labels',
  },
  {
    command: /-o wide$|-o yaml$|--show-labels$|^describe |events/,
    line: /^lab30-\S+ .* worker-\d|^Node: +worker-\d|^ +nodeName: worker-\d|Scheduled .* to worker-\d$|^ +hostIP: |topology\.kubernetes\.io\/zone/,
    reason: 'the schedulers score alike nodes differently',
  },
  {
    command: /^get pods .* -o yaml$/,
    line: TOKEN_VOLUME_YAML,
    reason: 'no admission plugin ServiceAccount: pods get no token volume',
  },
  {
    command: /^describe pod /,
    line: TOKEN_VOLUME_DESCRIBED,
    reason: 'no admission plugin ServiceAccount: pods get no token volume',
  },
  {
    command: /^get pods .* -o yaml$/,
    line: /^ +(- )?(lastProbeTime: null|lastTransitionTime: "TIME")$/,
    reason: 'a null lastProbeTime is left out instead of written',
  },
  {
    command: /^get (deploy|rs) .* -o yaml$/,
    line: /^ +terminatingReplicas: 0$/,
    reason: 'the controllers do not count terminating replicas',
  },
  // Descriptions are indented; names of fields come at the left or with their type in brackets.
  {
    command: /^explain /,
    line: /^$|^ +[^\t<]+$|^ +<(empty|no description)>$/,
    reason: 'OpenAPI has types but no descriptions',
  },
  {
    command: /^api-versions$/,
    line: /^[a-z0-9.]+\/v\d$/,
    reason: 'only the API groups the sandbox serves',
  },
  {
    command: /auth whoami$/,
    line: /^UID /,
    reason: 'the uids of the four users come from different set-ups',
  },
  {
    command: /^apply -f -$/,
    line: /unknown field|^Error from server \(BadRequest\): error when applying patch:$|^\{"metadata".*"imagee"|^to:$|^Resource: "apps\/v1, |^Name: "lab30-web"/,
    reason: 'a patch with an unknown field is refused with 400 and the field, not 422 and the whole patch',
  },
];
