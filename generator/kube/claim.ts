/**
 * What keeps a claim when it is no longer rendered: after a scale-in, or with a cluster that was removed. Argo CD and
 * Flux leave it alone, and Argo CD does not call the application out of sync for it.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
 */
export const keptClaim = {
  "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
  "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
  "kustomize.toolkit.fluxcd.io/prune": "disabled",
};
