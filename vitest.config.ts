import { defineConfig } from "vitest/config";

/** A node holds one cluster of members at a time; what they do takes minutes. */
const oneByOne = { fileParallelism: false, testTimeout: 900_000, hookTimeout: 600_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/cluster/**", "test/compose/full/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      // Thousands of random trees; see CONTRIBUTING.md.
      { test: { name: "conformance", include: ["test/compose/full/*.test.ts"], testTimeout: 7_200_000 } },
      // On the Kubernetes of KUBECONFIG: the fixed set, and what takes too long for every change.
      { test: { name: "cluster", include: ["test/cluster/*.test.ts"], ...oneByOne } },
      { test: { name: "cluster-full", include: ["test/cluster/full/*.test.ts"], ...oneByOne } },
    ],
  },
});
