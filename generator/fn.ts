#!/usr/bin/env node
// kustomize calls the program of a function without arguments.
process.argv.splice(2, Infinity, "fn");
await import("./cli.ts");
