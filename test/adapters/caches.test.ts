import { homedir } from "node:os";
import { describe, expect, it, vi } from "vitest";
import { cachesFolder } from "../../generator/adapters/caches.ts";
import { memories } from "../../generator/adapters/memory.ts";

vi.mock(import("node:os"), async (original) => ({
  ...(await original()),
  homedir: vi.fn<() => string>(() => "/home/ada"),
}));

describe("cachesFolder", () => {
  it("is below the caches of the user, wherever they are kept", () => {
    expect(cachesFolder({})).toBe("/home/ada/.cache/pgrender");
    expect(cachesFolder({ XDG_CACHE_HOME: "" })).toBe("/home/ada/.cache/pgrender");
    expect(cachesFolder({ XDG_CACHE_HOME: "/caches" })).toBe("/caches/pgrender");
  });

  it("is nowhere for a user id without a home, as a container may have, and then nothing is remembered", () => {
    vi.mocked(homedir).mockImplementation(() => {
      throw new Error("uv_os_homedir returned ENOENT");
    });

    expect(cachesFolder({})).toBeUndefined();
    expect(memories(new URL("file:///program/"), {})).toBeUndefined();
  });
});
