#!/usr/bin/env node
// Node compiles a program again each time that it is run, which for ours is a third of a small render. From version 22.8
// on it can keep what it compiled: https://nodejs.org/api/module.html#moduleenablecompilecachecachedir
// Not in the folder for temporary files, its default: there another user could have put something before.
import module from "node:module";
import { join } from "node:path";
import { cachesFolder } from "./adapters/caches.ts";

const caches = cachesFolder(process.env);
const keepCompiled: unknown = Reflect.get(module, "enableCompileCache");
if (caches !== undefined && typeof keepCompiled === "function") keepCompiled(join(caches, "compiled"));
await import("./main.ts");
