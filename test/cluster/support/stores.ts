import { apply, image } from "./cluster.ts";

/*
 * Stand-ins for Amazon's, Google's and Azure's object stores, with TLS, in a namespace of their users. Each forgets everything
 * with its pod.
 */

/** Images with `versitygw`, `fake-gcs-server` and `azurite-blob`. */
const s3Image = process.env["PGRENDER_TEST_S3_IMAGE"] ?? "localhost/s3:1";
const gcsImage = process.env["PGRENDER_TEST_GCS_IMAGE"] ?? "localhost/gcs:1";
const azureImage = process.env["PGRENDER_TEST_AZURE_IMAGE"] ?? "localhost/azurite:1";

/** What pgBackRest has to know to get in. */
export const s3Keys = { key: "test", secret: "test-secret-of-a-store" } as const;
export const azureKey = Buffer.from("a key of a store that forgets").toString("base64");

/** The Secret that a cluster's `configuration` names, with lines for pgBackRest. */
export async function giveKeys(namespace: string, name: string, lines: readonly string[]): Promise<void> {
  const stringData = { "keys.conf": ["[global]", ...lines, ""].join("\n") };
  await apply(
    JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, stringData }),
  );
}

/** `https://s3:9000` with a bucket `backups`. */
export function s3(namespace: string): string {
  return store(namespace, {
    name: "s3",
    image: s3Image,
    port: 9000,
    args: "--port :9000 --cert /tls/tls.crt --key /tls/tls.key posix /data",
    env: [
      { name: "ROOT_ACCESS_KEY", value: s3Keys.key },
      { name: "ROOT_SECRET_KEY", value: s3Keys.secret },
    ],
  });
}

/** That store as a repository: its entry in a spec, the options that it needs, and its keys for a Secret. */
export function inS3(name: string, host = "s3") {
  return {
    repo: { name, storage: "s3", resource: "backups", endpoint: `${host}:9000`, region: "us-east-1" },
    options: { [`${name}-s3-uri-style`]: "path", [`${name}-storage-verify-tls`]: "n" },
    keys: [`${name}-s3-key=${s3Keys.key}`, `${name}-s3-key-secret=${s3Keys.secret}`],
  };
}

/** `https://gcs:4443` with a bucket `backups`, for any token. */
export function gcs(namespace: string): string {
  return store(namespace, {
    name: "gcs",
    image: gcsImage,
    port: 4443,
    command:
      "fake-gcs-server -backend filesystem -filesystem-root /data -port 4443 -cert-location /tls/tls.crt -private-key-location /tls/tls.key -public-host gcs:4443 -external-url https://gcs:4443 -log-level error",
    env: [],
  });
}

/** `https://azure:10000` with an account `store` and a container `backups`. */
export function azure(namespace: string): string {
  return store(namespace, {
    name: "azure",
    image: azureImage,
    port: 10_000,
    command:
      "azurite-blob --blobHost 0.0.0.0 --blobPort 10000 --location /data --cert /tls/tls.crt --key /tls/tls.key --skipApiVersionCheck --disableTelemetry --silent",
    env: [{ name: "AZURITE_ACCOUNTS", value: `store:${azureKey}` }],
    beside: ["python3", "-c", makeContainer],
  });
}

/**
 * Makes the container, as the owner of the account, and goes on without end.
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
 */
const makeContainer = `
import base64, datetime, hashlib, hmac, signal, ssl, time, urllib.request
date = datetime.datetime.now(datetime.timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")
known = {"x-ms-date": date, "x-ms-version": "2021-12-02"}
words = ["PUT"] + [""] * 11 + ["%s:%s" % each for each in known.items()] + ["/store/store/backups", "restype:container"]
mac = hmac.new(base64.b64decode("${azureKey}"), "\\n".join(words).encode(), hashlib.sha256)
known["Authorization"] = "SharedKey store:" + base64.b64encode(mac.digest()).decode()
request = urllib.request.Request("https://localhost:10000/store/backups?restype=container", b"", known, method="PUT")
request.add_unredirected_header("Content-Type", "")
made = False
while not made:
    try:
        made = urllib.request.urlopen(request, context=ssl._create_unverified_context(), timeout=10)
    except urllib.error.URLError as error:
        if not isinstance(error.reason, ConnectionError):
            raise
        time.sleep(0.2)
open("/tmp/made", "w")
signal.pause()
`;

type Server = {
  readonly name: string;
  readonly image: string;
  readonly port: number;
  /** Words of the program, or those that the image's own gets. */
  readonly command?: string;
  readonly args?: string;
  /** A program in a container of its own, which is ready when it has made the file /tmp/made. */
  readonly beside?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
};

function store(namespace: string, { name, port, command, args, beside, ...container }: Server): string {
  const volumeMounts = [
    { name: "data", mountPath: "/data" },
    { name: "tls", mountPath: "/tls" },
    { name: "tmp", mountPath: "/tmp" },
  ];
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  const prepare = `mkdir -p /data/backups && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -days 2 -subj /CN=${name} -addext subjectAltName=DNS:${name} -keyout /tls/tls.key -out /tls/tls.crt`;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 0,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 26,
        fsGroup: 26,
        seccompProfile: { type: "RuntimeDefault" },
      },
      initContainers: [
        { name: "prepare", image, command: ["sh", "-ec", prepare], securityContext, volumeMounts },
      ],
      containers: [
        {
          name,
          ...container,
          ...(command === undefined ? {} : { command: command.split(" ") }),
          ...(args === undefined ? {} : { args: args.split(" ") }),
          readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
          securityContext,
          volumeMounts,
        },
        ...(beside === undefined
          ? []
          : [
              {
                name: "beside",
                image,
                command: beside,
                readinessProbe: { exec: { command: ["test", "-e", "/tmp/made"] }, periodSeconds: 1 },
                securityContext,
                volumeMounts,
              },
            ]),
      ],
      volumes: ["data", "tls", "tmp"].map((volume) => ({ name: volume, emptyDir: {} })),
    },
  };
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ port }] },
  };
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: [pod, service] });
}
