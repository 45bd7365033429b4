import { image } from "./cluster.ts";

/** An object store with TLS, in a namespace of its own users: `s3:9000`, with a bucket `backups`. */
const s3Image = process.env["PGRENDER_TEST_S3_IMAGE"] ?? "localhost/s3:1";

/** What pgBackRest has to know to get in; the store forgets everything with its pod. */
export const s3Keys = { key: "test", secret: "test-secret-of-a-store" } as const;

/** The pod of the store and its Service. */
export function s3(namespace: string): string {
  const volumeMounts = [
    { name: "data", mountPath: "/data" },
    { name: "tls", mountPath: "/tls" },
  ];
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  const prepare = `mkdir -p /data/backups && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -days 2 -subj /CN=s3 -addext subjectAltName=DNS:s3 -keyout /tls/tls.key -out /tls/tls.crt`;
  const serve = ["--port", ":9000", "--cert", "/tls/tls.crt", "--key", "/tls/tls.key", "posix", "/data"];
  return JSON.stringify({
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "s3", namespace, labels: { app: "s3" } },
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
              name: "s3",
              image: s3Image,
              args: serve,
              env: [
                { name: "ROOT_ACCESS_KEY", value: s3Keys.key },
                { name: "ROOT_SECRET_KEY", value: s3Keys.secret },
              ],
              readinessProbe: { tcpSocket: { port: 9000 }, periodSeconds: 1 },
              securityContext,
              volumeMounts,
            },
          ],
          volumes: [
            { name: "data", emptyDir: {} },
            { name: "tls", emptyDir: {} },
          ],
        },
      },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "s3", namespace },
        spec: { selector: { app: "s3" }, ports: [{ port: 9000 }] },
      },
    ],
  });
}
