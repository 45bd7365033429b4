/** Where we refuse what the API server takes, and why; by the beginning of a line of values.tsv. */
export const stricter: readonly { readonly reason: string; readonly lines: readonly string[] }[] = [
  {
    reason: "the API server puts a default there, so that what runs would not be what was rendered",
    lines: [
      'spec/sidecars/0/imagePullPolicy\t""',
      'spec/sidecars/0/ports\t[{"containerPort":80,"protocol":""}]',
      'spec/sidecars/0/ports\t[{"containerPort":80,"hostPort":0}]',
      'spec/sidecars/0/terminationMessagePolicy\t""',
      'spec/sidecars/0/livenessProbe\t{"httpGet":{"port":80,"scheme":""}}',
      ...["liveness", "readiness", "startup"].flatMap((probe) =>
        ["periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold"].map(
          (field) => `spec/sidecars/0/${probe}Probe\t{"tcpSocket":{"port":1},"${field}":0}`,
        ),
      ),
      "spec/additionalVolumes/0/volumeSource\t{}",
      'spec/tolerations\t[{"key":"a","operator":""}]',
      'spec/tolerations\t[{"key":"a","operator":"Exists","effect":""}]',
    ],
  },
  {
    reason: "an empty text may mean none or the default, by whom one asks",
    lines: [
      'spec/additionalVolumes/0/subPath\t""',
      'spec/podPriorityClassName\t""',
      'spec/volume/storageClass\t""',
      'spec/volume/subPath\t""',
      'spec/dockerImage\t""',
    ],
  },
  {
    reason: "the container runtime, the scheduler or the kubelet fails at it later",
    lines: [
      'spec/sidecars/0/volumeMounts\t[{"name":"v","mountPath":"/a:b"}]',
      'spec/additionalVolumes/0/mountPath\t"/a:b"',
      'spec/additionalVolumes/0/volumeSource\t{"projected":{"sources":[{}]}}',
      'spec/additionalVolumes/0/volumeSource\t{"ephemeral":{}}',
      'spec/nodeAffinity\t{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"Gt","values":["x"]}]}]}}',
      'spec/nodeAffinity\t{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"Gt","values":["1.5"]}]}]}}',
      'spec/topologySpreadConstraints\t[{"maxSkew":1,"topologyKey":"a b"',
      'spec/dockerImage\t" a"',
      'spec/dockerImage\t"a b"',
    ],
  },
  {
    reason: "Kubernetes' own schema has the field or its words, and kubectl refuses others",
    lines: [
      'spec/sidecars/0/lifecycle\t{"stopSignal":"x"}',
      'spec/nodeAffinity\t{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1}]}',
    ],
  },
  {
    reason: "Kubernetes takes them from old days alone: other readers take them otherwise, or not at all",
    lines: [
      'spec/network/clients\t[{"ipBlock":{"cidr":"010.0.0.0/8"}}]',
      'spec/network/clients\t[{"ipBlock":{"cidr":"10.0.0.0/08"}}]',
      'spec/allowedSourceRanges\t["010.0.0.0/8"]',
      'spec/allowedSourceRanges\t["10.0.0.0/08"]',
      'spec/allowedSourceRanges\t[" 10.0.0.0/8"]',
      'spec/allowedSourceRanges\t["10.0.0.0/8 "]',
      'spec/sidecars/0/resources\t{"limits":{"cpu":" 1"}}',
      'spec/sidecars/0/resources\t{"requests":{"memory":" 1"}',
      'spec/serviceAnnotations\t{"A.b/c":"x"}',
    ],
  },
  {
    reason: "over 2^63-1, which it cuts off",
    lines: ['spec/sidecars/0/resources\t{"limits":{"cpu":"12E"}}', 'spec/volume/size\t"12E"'],
  },
  {
    reason: "CPO's own description of the manifest does not take them",
    lines: ['"500m"', '"1.5"', '"1E2"', '"1k"', '" 1"', '".5"', '"5."', '"+1"', '"1n"', '"1u"', "5"].map(
      (size) => `spec/volume/size\t${size}`,
    ),
  },
];
